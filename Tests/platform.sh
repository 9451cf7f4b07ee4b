# shellcheck shell=sh
# Sourced: runs a command in a copy of the sources on another Debian, in a root of its own below .build/platform, with
# the toolchain of this machine. Root and packages stay there for the next time.

# shellcheck source=Tests/debian.sh
. Tests/debian.sh

# platform SUITE [COMMAND...]: the command is `./dev test` if there is none.
platform() {
    suite=${1:-}
    [ -n "$suite" ] || fail "which Debian? ./dev platform trixie"
    shift
    [ "$(id -u)" = 0 ] || fail "another root directory wants root"
    if [ "$suite" = arm64 ]; then
        # shellcheck source=Tests/emulation.sh
        . Tests/emulation.sh
        platform_arm64 "$@"
        return
    fi
    [ $# != 0 ] || set -- env WAITFOR_COMMIT="$(commit)" ./dev test
    platform_root "$suite"
    platform_network
    platform_python
    platform_sources "$root/src"
    toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")
    [ "$toolchain" != /usr ] || fail "a toolchain in /usr cannot be lent to another root"
    mkdir -p "$root$toolchain"
    # What is mounted and what runs in there ends with this command. The first process waits for those without parents.
    # The root is that of the namespace, and no chroot: tests that enter namespaces would find themselves outside.
    # shellcheck disable=SC2016 # the other shell expands them
    unshare --mount --pid --fork --kill-child --propagation private sh -euc '
        root=$1 toolchain=$2
        shift 2
        mount --bind "$root" "$root"
        mount --bind "$toolchain" "$root$toolchain"
        mount --rbind /dev "$root/dev"
        mount --rbind /sys "$root/sys"
        mount -t proc proc "$root/proc"
        cd "$root"
        pivot_root . mnt
        umount -l /mnt
        cd /src
        env -i HOME=/root TERM=dumb PATH="$toolchain/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" "$@" ||
            exit
    ' sh "$root" "$toolchain" "$@"
}

# platform_root SUITE: sets `root`, which is made if it is not there.
platform_root() {
    root=$PWD/.build/platform/$1
    [ ! -f "$root.complete" ] || return 0
    require debootstrap
    say "making a root of Debian's $1"
    rm -rf --one-file-system "$root"
    debian_root "$1" "$root"
    : >"$root.complete"
}

# How this machine reaches its mirror, names and itself.
platform_network() {
    apt-config dump | grep -E '^Acquire::(http|https|Check)' >"$root/etc/apt/apt.conf.d/machine" || :
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
}

# How this machine reaches Python's packages, and whom it trusts besides Debian's authorities.
platform_python() {
    [ ! -f /etc/pip.conf ] || cp -L /etc/pip.conf "$root/etc/"
    authorities=/usr/local/share/ca-certificates
    for file in "$authorities"/*.crt; do
        [ ! -f "$file" ] || cp -L "$file" "$root$authorities/"
    done
    chroot "$root" update-ca-certificates >/dev/null 2>&1
}

# platform_sources DIRECTORY: what a clean checkout would hold. What was built there stays, for the files that are as
# they were; a file that is gone goes.
platform_sources() {
    mkdir -p "$1"
    source_files | LC_ALL=C sort -zu >"$root.files"
    (cd "$1" && find . -path ./.build -prune -o -type f -print0) | sed -z 's|^\./||' |
        LC_ALL=C sort -z | LC_ALL=C comm -z -13 "$root.files" - | (cd "$1" && xargs -0 -r rm -f)
    # A file that is deleted and not committed is listed, too.
    tar --ignore-failed-read --null -T "$root.files" -c 2>/dev/null | tar -C "$1" -x
}
