# shellcheck shell=sh
# Debian's next suite, whatever it is called now: packages of it in a directory of their own, which leave those of
# the machine alone.
#
# Sourced, with `set -eu`. Sets `next`, that directory.
# shellcheck disable=SC2034 # whoever sources it says what is missing

next=$PWD/.build/next-suite
next_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# shellcheck source=Tests/debian.sh
. Tests/debian.sh

# next_apt ARGUMENT...: apt-get of that suite, with lists, a cache and a status of its own.
next_apt() {
    apt-get -q -oDir::State::Lists="$next/lists" -oDir::State::status="$next/status" -oDir::Cache="$next/cache" \
        -oDir::Etc::SourceList="$next/sources.list" -oDir::Etc::SourceParts=/dev/null \
        -oAcquire::Check-Valid-Until=false -oAPT::Sandbox::User=root "$@"
}

# next_engine: unpacks today's engine, its clients and their plugins; runc is the machine's own, because the suite's
# may want a younger libc. Fails where it cannot be had, with the reason in `next_missing`.
next_engine() {
    mkdir -p "$next/lists/partial" "$next/cache/archives/partial" "$next/debs"
    : >"$next/status"
    next_mirror=$(debian_mirror)
    next_missing='no mirror of Debian is in the configuration of apt'
    [ -n "$next_mirror" ] || return 1
    echo "deb [signed-by=$next_keyring] $next_mirror testing main" >"$next/sources.list"
    next_fetch docker.io docker-cli docker-compose docker-buildx containerd >"$next/log" 2>&1 || {
        next_missing="Debian's next suite does not give its packages: $(grep -m 1 '^E:' "$next/log" || tail -n 1 "$next/log")"
        return 1
    }
    if ! "$next/unpacked/usr/sbin/dockerd" --version >>"$next/log" 2>&1; then
        next_missing="its program does not run here: $(tail -n 1 "$next/log")"
        return 1
    fi
    mkdir -p "$next/config/cli-plugins"
    ln -sf "$next/unpacked/usr/libexec/docker/cli-plugins/"* "$next/config/cli-plugins/"
}

# next_fetch PACKAGE...: downloads what is not there yet, and unpacks it.
next_fetch() {
    next_apt -oAPT::Update::Error-Mode=any update || return 1
    rm -rf "$next/unpacked" && mkdir "$next/unpacked"
    (cd "$next/debs" && next_apt download "$@") || return 1
    for package in "$@"; do
        # The youngest: an older one may be left from another day.
        # shellcheck disable=SC2012 # no blank and no line end is in the name of a package
        dpkg -x "$(ls -t "$next/debs/${package}_"*.deb | head -n 1)" "$next/unpacked" || return 1
    done
}

# next_root DIRECTORY PACKAGES: a whole small system of the suite, with these packages, separated by commas.
next_root() {
    debootstrap --keyring="$next_keyring" --variant=minbase --include="$2" testing "$1" "$next_mirror" &&
        chroot "$1" apt-get clean
}
