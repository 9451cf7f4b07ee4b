# shellcheck shell=sh
# Sourced, with `set -eu`, in the top directory: makes what is released.

# shellcheck source=Sources/CStaticLink/static.sh
. Sources/CStaticLink/static.sh

# release [--check]: what is released, in dist. Each byte comes from the commit: no time and no place of the build is in
# it. A program of another architecture is released if it is .build/static-NAME/waitfor, with the text of
# .build/static-NAME/label in its name.
release() {
    if ! grep -qx 'VERSION_CODENAME=trixie' /etc/os-release; then
        release_on_trixie "$@"
        return
    fi
    setup --build
    require dpkg xz-utils python3 lintian
    static
    WAITFOR_COMMIT=$(commit)
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
    export WAITFOR_COMMIT SOURCE_DATE_EPOCH NATIVE="$static_binary"
    Sources/CStaticLink/spdx "$static_binary" >"$static_binary.spdx.json"
    rm -rf dist
    for program in "$static_binary" .build/static-*/waitfor; do
        [ -f "$program" ] || continue
        label=$(cat "$(dirname "$program")/label" 2>/dev/null) || label=
        Configs/release/make "$program" dist ${label:+"$label"}
    done
    case $WAITFOR_COMMIT in *-dirty | unknown) say "dist is of no commit ($WAITFOR_COMMIT): do not publish it" ;; esac
    lintian --allow-root --fail-on error dist/*.deb
    [ "${1:-}" != --check ] || release_check
    (cd dist && ls -l)
}

# What is released is linked with the libraries of Debian 13, whose OpenSSL is maintained until 2030.
release_on_trixie() {
    say "a release is made on Debian 13: going there"
    # shellcheck source=Tests/platform.sh
    . Tests/platform.sh
    platform_root trixie
    mkdir -p "$root/src/.build"
    rm -rf "$root/src/.build/static-"*
    for folder in .build/static-*; do
        [ ! -d "$folder" ] || cp -a "$folder" "$root/src/.build/"
    done
    platform trixie env WAITFOR_COMMIT="$(commit)" SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" \
        ./dev release "$@"
    rm -rf dist
    cp -a "$root/src/dist" dist
}

# Builds from a copy of the sources in a folder of another name, in another zone and with another umask, and compares.
release_check() {
    again=$(mktemp -d)/another/folder
    (umask 077 && mkdir -p "$again")
    source_files | tar --null --ignore-failed-read -T - -c 2>/dev/null | tar -C "$again" -x
    (umask 077 && cd "$again" && TZ=NZST-12 LC_ALL=C.UTF-8 ./dev release >../log 2>&1) || {
        tail -n 40 "$again/../log" >&2
        fail "it does not build in another folder"
    }
    different=
    for file in "$again"/dist/*; do
        cmp "$file" "dist/$(basename "$file")" || different="$different $(basename "$file")"
    done
    [ -z "$different" ] || fail "these are different, built again in $again:$different"
    say "built again elsewhere, every bit is the same"
    rm -rf "$(dirname "$(dirname "$again")")"
}
