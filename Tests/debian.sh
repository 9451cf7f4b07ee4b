# shellcheck shell=sh
# Sourced: a Debian in a directory, from the mirror that this machine has its own packages from.

# debian_mirror: the mirror, or nothing.
debian_mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        sed -n 's|^URIs: *\(http[^ ]*\).*|\1|p; s|^deb \(\[[^]]*\] \)*\(http[^ ]*\).*|\2|p' | head -n 1
}

# debian_root SUITE DIRECTORY [OPTION...]: for debootstrap.
debian_root() {
    suite=$1 directory=$2
    shift 2
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || fail "no mirror of Debian is in the configuration of apt"
    mkdir -p "$(dirname "$directory")"
    debootstrap --variant=minbase --include=ca-certificates "$@" "$suite" "$directory" "$mirror" \
        >"$directory.log" 2>&1 || {
        tail -n 20 "$directory.log" >&2
        fail "debootstrap failed"
    }
}
