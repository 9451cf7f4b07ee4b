# shellcheck shell=sh
# Sourced, with `set -eu`, in the top directory: makes what is released.

# shellcheck source=Sources/CStaticLink/static.sh
. Sources/CStaticLink/static.sh

# release [--check]: what is released, in dist. Each byte comes from the commit: no time and no place of the build is in
# it. A program of another architecture is released if it is .build/static-NAME/waitfor, with the text of
# .build/static-NAME/label in its name.
release() {
    setup
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

# Builds from a copy of the sources in a folder of another name, in another zone and with another umask, and compares.
release_check() {
    again=$(mktemp -d)/another/folder
    (umask 077 && mkdir -p "$again")
    git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -T - -c | tar -C "$again" -x
    (umask 077 && cd "$again" && TZ=Pacific/Auckland LC_ALL=C.UTF-8 ./dev release >../log 2>&1) || {
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
