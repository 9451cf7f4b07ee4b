# shellcheck shell=sh
# Sourced: makes a root of Debian's sid for aarch64 below .build/platform, builds the program there, and tests it, all on
# a machine of another architecture by an emulator. sid, because its Swift 6.2 wants a newer glibc than Debian 13 has:
# what is built is a preview, and its list of libraries says so. By hand: it takes an hour, most of it for the root.

# shellcheck source=.ci/stages.sh
. .ci/stages.sh

# What can be told from the aarch64 program alone, on the servers of this machine. A trace of the kernel's would be the emulator's.
emulated_states='^ProgramTests\.(RedisStatesTests|PostgresStatesTests|EmptyRootTests)/'
emulated_units='^(ArgumentsTests|ConfigurationTests|EventLoopTests|HealthAgentTests|HealthCoreTests|ProbesTests|StatusServerTests)\.'
# What asks for a pace that no emulator has (of Python, too, which gives 11,000 verdicts on documents), or sees packets,
# which none shows.
emulated_not='^(ArgumentsTests\.ConfigurationSchemaTests/agreement|EventLoopTests\.EventLoopTests/order|EventLoopTests\.SocketTests/confirmsByWords|HealthCoreTests\.CheckTranslationTests/hostile)\('

# platform_arm64 [COMMAND...]: without a command, all of it; the program goes to .build/static-arm64, where a release
# looks for it.
platform_arm64() {
    require debootstrap qemu-user-static
    root=$PWD/.build/platform/arm64
    stage arm64_root
    platform_sources "$root/src"
    if [ $# != 0 ]; then
        in_arm64_root "$@"
        return
    fi
    stage in_arm64_root ./dev setup --build
    stage in_arm64_root ./dev static
    rm -rf .build/static-arm64
    mkdir -p .build/static-arm64
    for file in waitfor waitfor.spdx.json waitfor.copyright.gz waitfor.symbols; do cp "$root/src/.build/static/$file" .build/static-arm64/; done
    echo preview >.build/static-arm64/label
    stage arm64_calls
    stage arm64_states
    stage arm64_units
    stages_end
}

# A root that exists is taken as it is.
arm64_root() {
    [ ! -f "$root.complete" ] || return 0
    native_root
    rm -rf --one-file-system "$root"
    debian_root sid "$root" --foreign --arch=arm64
    # debootstrap takes this machine's, which is of another process namespace.
    [ ! -L "$root/proc" ] || rm "$root/proc"
    mkdir -p "$root/proc"
    # Devices cannot be made in a user namespace: debootstrap knows that of such a container, and the first stage has made
    # them.
    in_arm64_root env container=lxc /debootstrap/debootstrap --second-stage
    platform_network
    cp "$native/etc/apt/apt.conf.d/snapshot" "$root/etc/apt/apt.conf.d/"
    lend_libraries
    lend usr/bin/dpkg-deb
    in_arm64_root apt-get update -qq
    in_arm64_root apt-get install -y -qq --no-install-recommends swiftlang-dev >/dev/null
    lend usr/libexec/swift/bin/swift-frontend usr/libexec/swift/bin/lld \
        usr/libexec/swift/lib/swift/host/plugins usr/libexec/swift/lib/swift/host/libSwiftInProcPluginServer.so
    : >"$root.complete"
}

# A root of sid for this machine's architecture, with the same Swift. The compiler with its macros, the linker and what
# unpacks packages are lent from it: under the emulator they take ten times as long. They lie where the emulated ones
# lay, and so find modules and libraries for aarch64; the driver, which is emulated like all the rest, tells them for
# what they work. What they make is the same, and what is tested runs under the emulator.
native_root() {
    platform_root sid
    native=$root
    platform_network
    # sid is a snapshot on some mirrors.
    echo 'Acquire::Check-Valid-Until "false";' >"$native/etc/apt/apt.conf.d/snapshot"
    say "installing Swift there"
    chroot "$native" sh -c 'apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends swiftlang' >>"$native.log" 2>&1
    root=$PWD/.build/platform/arm64
}

# The loader of this architecture passes over libraries for aarch64 where the programs tell it to look, and then looks here.
lend_libraries() {
    triple=$(uname -m)-linux-gnu
    cp -a "$native/usr/lib64" "$root/usr/"
    ln -sfn usr/lib64 "$root/lib64"
    cp -a "$native/usr/lib/$triple" "$root/usr/lib/"
    swift=$native/usr/libexec/swift/lib/swift
    for library in "$swift"/linux/*.so "$swift"/host/*.so "$swift"/host/compiler/*.so; do
        cp -L "$library" "$root/usr/lib/$triple/"
    done
}

# lend PATH...: in place of the one for aarch64.
lend() {
    for path; do
        rm -rf "${root:?}/$path"
        cp -a "$native/$path" "$root/$path"
    done
}

# The system calls of a check, as the emulator tells them, against the list that was written down. The clock is no system
# call but for the emulator, and whether a refusal is waited for is the kernel's choice.
arm64_calls() {
    list=Tests/golden/system-calls.debian-sid-arm64
    # shellcheck disable=SC2016 # the other shell expands it
    emulating unshare --net sh -c 'ip link set lo up && exec env QEMU_STRACE=1 "$1" check redis://127.0.0.1:1' \
        sh .build/static-arm64/waitfor >.build/static-arm64/calls 2>&1 || :
    sed -n 's/^[0-9]* \([a-z_0-9]*\)(.*/\1/p; s/^[0-9]* Unknown syscall \([0-9]*\)$/number_\1/p' .build/static-arm64/calls |
        grep -v -e '^epoll_pwait$' -e '^clock_gettime$' | LC_ALL=C sort |
        diff "$list" - || fail "other system calls than in $list"
}

# The tests of this machine's architecture, and the program of the other: the kernel gives it to the emulator. Tests that
# enter namespaces come back from them, which is only allowed to some that are of their user namespace, too.
arm64_states() {
    build
    records=$PWD/.build/records-arm64
    rm -rf "$records" && mkdir -p "$records"
    # shellcheck disable=SC2016 # the other shell expands it
    emulating unshare --net --uts sh -c 'ip link set lo up && exec "$@"' sh \
        env WAITFOR_BINARY="$PWD/.build/static-arm64/waitfor" WAITFOR_STATES_LOG="$records/states" \
        Tests/run-tests "$records/tests.xml" -- --skip-build --filter "$emulated_states"
    say "reached $(sort -u "$records/states" | wc -l) real-server states"
}

# The unit tests, compiled for aarch64. Debian's Swift names a library for tests with Foundation, and does not bring it:
# nothing here needs what would be in it.
arm64_units() {
    in_arm64_root apt-get install -y -qq --no-install-recommends python3-jsonschema python3-prometheus-client \
        python3-yaml prometheus >/dev/null
    say "not run under the emulator: $emulated_not"
    # shellcheck disable=SC2016 # the other shell expands it
    in_arm64_root sh -euc '
        mkdir -p .build/missing
        ar rc .build/missing/lib_Testing_Foundation.a
        WAITFOR_IN_PROCESS_TESTS=1 Tests/run-tests .build/units.xml -Xlinker -L.build/missing -- --filter "$1" --skip "$2"
    ' sh "$emulated_units" "$emulated_not"
}

# in_arm64_root COMMAND...: in the root's /src, if that is there. Like another Debian of this machine's architecture.
in_arm64_root() {
    # The registration lives as long as a mount of it.
    # shellcheck disable=SC2016 # the other shell expands them
    emulating sh -euc '
        root=$1
        shift
        mount --bind "$root" "$root"
        mount --rbind /dev "$root/dev"
        mount --rbind /sys "$root/sys"
        mount -t proc proc "$root/proc"
        mount -t binfmt_misc binfmt_misc "$root/proc/sys/fs/binfmt_misc"
        cd "$root"
        mkdir -p mnt
        pivot_root . mnt
        umount -l /mnt
        [ ! -d /src ] || cd /src
        exec "$@"
    ' sh "$root" env -i HOME=/root TERM=dumb DEBIAN_FRONTEND=noninteractive WAITFOR_COMMIT="$(commit)" \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/libexec/swift/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# emulating COMMAND...: runs it where the kernel gives programs for aarch64 to the emulator. The registration is that of
# a user namespace, and the kernel has the emulator open from then on (flag F), so that no root has to hold it: no other
# program of this machine sees anything of it, and it ends with the command. Everybody is mapped to himself there, which
# only a process outside can say, for the one whose number it is told.
emulating() {
    [ -f "$emulator" ] || fail "$emulator is missing: is it not of the package qemu-user-static any more?"
    told=$(mktemp)
    (
        until read -r number <"$told" &&
            [ "$(readlink "/proc/$number/ns/user")" != "$(readlink /proc/self/ns/user)" ]; do sleep 0.02; done
        echo 0 0 4294967295 >"/proc/$number/uid_map"
        echo 0 0 4294967295 >"/proc/$number/gid_map"
    ) &
    status=0
    # shellcheck disable=SC2016 # the other shells expand them
    sh -c 'echo $$ >"$1" && shift && exec unshare --user --mount --pid --fork --propagation private "$@"' \
        sh "$told" sh -c 'until grep -q 0 /proc/self/uid_map; do sleep 0.02; done; exec "$@"' \
        sh setpriv --pdeathsig KILL sh -euc '
            mount -t proc proc /proc
            mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
            cat "$1" >/proc/sys/fs/binfmt_misc/register
            shift
            exec "$@"
        ' sh "$emulator" "$@" || status=$?
    rm -f "$told"
    return "$status"
}

# How the emulator of Debian's package is registered.
emulator=/usr/lib/binfmt.d/qemu-aarch64.conf
