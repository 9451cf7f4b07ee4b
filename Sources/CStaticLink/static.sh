# shellcheck shell=sh
# Sourced, with `set -eu`, in the top directory: links the fully static program.

# swift_libraries: the toolchain's static libraries in .build/swift, those that are linked in as copies of which the
# linker may leave out what nothing uses. Made again when the toolchain or unretain is another.
swift_libraries() {
    libraries=$(swiftc -print-target-info -static-stdlib | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')/linux
    [ -f "$libraries/libswiftCore.a" ] || fail "the Swift toolchain has no static libraries in $libraries"
    made_from=$(cksum Sources/CStaticLink/unretain && stat -L -c '%n %s %Y' "$libraries"/*.a)
    [ "$(cat .build/swift/made-from 2>/dev/null)" != "$made_from" ] || return 0
    rm -rf .build/swift
    mkdir -p .build/swift/linux
    ln -s "$libraries"/* .build/swift/linux/
    # Casts look conformances up while the program runs: nothing else names them.
    unretain libswiftCore.a --keep swift5_protocol_conformances
    unretain libswift_Concurrency.a --keep swift5_protocol_conformances
    unretain libswiftSynchronization.a
    unretain libswiftGlibc.a
    # The build tool does not look at them.
    rm -f .build/static/release/waitfor .build/order/release/waitfor
    printf '%s\n' "$made_from" >.build/swift/made-from
}

# unretain LIBRARY [OPTION...]: the copy of one of them.
unretain() {
    library=$1
    shift
    rm ".build/swift/linux/$library"
    Sources/CStaticLink/unretain "$@" "$libraries/$library" ".build/swift/linux/$library" ||
        fail "$libraries/$library is not the library that this build knows"
}

# link_static SCRATCH [FLAG...]: the fully static program in SCRATCH/release/waitfor. The compiler would keep an object that was
# made with other flags as long as its source means the same.
link_static() {
    scratch=$1
    shift
    toolchain
    # libpq.a needs its helpers, which are beside the server's libraries.
    pg_helpers=$(pg_config --pkglibdir)
    for archive in "$(pg_config --libdir)/libpq.a" "$pg_helpers/libpgcommon_shlib.a" "$pg_helpers/libpgport_shlib.a"; do
        [ -f "$archive" ] || fail "$archive is missing: run ./dev setup"
    done
    swift_libraries
    WAITFOR_STATIC=1 WAITFOR_COMMIT=$(commit) swift build -c release --product waitfor --scratch-path "$scratch" \
        --static-swift-stdlib -Xswiftc -static-executable -Xswiftc -Osize -Xswiftc -use-ld=lld \
        -Xswiftc -Xfrontend -Xswiftc -disable-reflection-metadata -Xswiftc -Xfrontend -Xswiftc -function-sections \
        -Xswiftc -Xfrontend -Xswiftc -disable-incremental-llvm-codegen \
        -Xswiftc -file-prefix-map -Xswiftc "$PWD=." -Xcc "-ffile-prefix-map=$PWD=." \
        -Xlinker --gc-sections -Xlinker --icf=all \
        -Xlinker --no-eh-frame-hdr -Xlinker -T -Xlinker Sources/CStaticLink/discard.ld \
        -Xlinker "-L$pg_helpers" -Xlinker -lpgcommon_shlib -Xlinker -lpgport_shlib \
        -Xlinker -lssl -Xlinker -lcrypto -Xlinker --wrap=scram_SaltedPassword -Xlinker --wrap=scram_ServerKey \
        -Xlinker --wrap=SSL_CTX_new -Xlinker --wrap=EVP_get_cipherbyname \
        -Xlinker --wrap=_swift_stdlib_getScalarName "$@"
}

static() {
    toolchain
    # What only the linker reads does not make the build tool link again.
    if [ -f "$static_binary" ] && find Sources/CStaticLink -newer "$static_binary" | grep -q .; then
        rm -f .build/static/release/waitfor
    fi
    link_static .build/static -Xlinker -s -Xlinker --no-demangle -Xlinker "-Map=$static_binary.map" \
        -Xlinker --symbol-ordering-file=Sources/CStaticLink/order.txt -Xlinker --no-warn-symbol-ordering
    cp .build/static/release/waitfor "$static_binary"
    # Four numbers, and then, each eight columns further right: a section, a piece of a file, its symbols.
    [ ! -f "$static_binary.map" ] || awk '
        { rest = substr($0, 50) }
        substr(rest, 1, 16) ~ /^ +$/ { print substr(rest, 17) "\t" piece; next }
        substr(rest, 1, 8) ~ /^ +$/ { piece = substr(rest, 9) }' "$static_binary.map" >"$static_binary.symbols"
    rm -f "$static_binary.map"
    # `ldd` fails for a program that is not dynamic, and says so.
    if linkage=$(LC_ALL=C ldd "$static_binary" 2>&1); then
        case $linkage in *"statically linked"*) ;; *) fail "$static_binary is dynamic: $linkage" ;; esac
    fi
    if LC_ALL=C readelf -l "$static_binary" | grep -q INTERP; then fail "$static_binary asks for a loader"; fi
    Sources/CStaticLink/spdx "$static_binary" >"$static_binary.spdx.json"
    Sources/CStaticLink/notices "$static_binary" >"$static_binary.copyright"
    gzip -9nf "$static_binary.copyright"
    [ "$(uname -m)" = x86_64 ] || tuned_for_x86_64
    say "$static_binary: $(wc -c <"$static_binary") bytes, static"
}

# Says what of Sources/CStaticLink does nothing on this architecture: it was recorded on the other one, or is about objects
# of OpenSSL that only the other one has.
tuned_for_x86_64() {
    names=$(awk -F '\t' 'NR == FNR { is[$1]; next } $0 in is' "$static_binary.symbols" Sources/CStaticLink/order.txt | wc -l)
    all=$(wc -l <Sources/CStaticLink/order.txt)
    say "$(uname -m): avx512.c and discard.ld's x86_64cpuid.o do nothing here, and of the $all names of order.txt $names are there"
}

# Which functions a check runs and which data it touches, for the linker to put side by side. To be run again
# when much has changed; a name that is gone does no harm.
order() {
    command -v valgrind >/dev/null || fail "valgrind is missing"
    link_static .build/order
    strip --strip-debug -o .build/order/waitfor .build/order/release/waitfor
    Benchmarks/order .build/order/waitfor >.build/order/order.txt
    cp .build/order/order.txt Sources/CStaticLink/order.txt
    say "Sources/CStaticLink/order.txt: $(wc -l <Sources/CStaticLink/order.txt) names"
}
