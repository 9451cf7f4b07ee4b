# shellcheck shell=sh
# Sourced, with `set -eu`, in the top directory: runs the tests, plain, under a sanitizer, simulated or fuzzed.

# shellcheck source=Sources/CStaticLink/static.sh
. Sources/CStaticLink/static.sh

# Real-server states that the tests have to reach and to name correctly on Debian 12; and how many its successor has
# besides: those of Valkey, and what PostgreSQL 17 and PgBouncer 1.24 say anew.
expected_states=488
more_states_13=55

# valkey_states RECORDS: the states of Redis's tests once more with Valkey, where the distribution has it.
valkey_states() {
    valkey=$(command -v valkey-server) || return 0
    WAITFOR_REDIS=$valkey WAITFOR_BINARY="$PWD/$static_binary" WAITFOR_STATES_LOG="$1/valkey-states" \
        WAITFOR_JSON_LOG="$1/json" Tests/run-tests "$1/valkey.xml" --skip-build -- --filter '^ProgramTests\.Redis'
    sed 's/^/valkey, as /' "$1/valkey-states" >>"$1/states"
}

test_all() {
    toolchain
    setup
    case ${1:-} in
        --asan | --tsan)
            sanitized "$@"
            return
            ;;
    esac
    # Only what runs the program needs the static one.
    if runs_program "$@"; then static; fi
    records=$PWD/.build/records
    rm -rf "$records" && mkdir -p "$records"
    WAITFOR_BINARY="$PWD/$static_binary" WAITFOR_STATES_LOG="$records/states" WAITFOR_JSON_LOG="$records/json" \
        Tests/run-tests "$records/tests.xml" -- --skip '^ContainerTests\.' "$@"
    # A part of the tests reaches a part of the states.
    [ $# = 0 ] || return 0
    valkey_states "$records"
    Tests/validate-json "$records/json"
    reached=$(sort -u "$records/states" | tee "$records/reached" | wc -l)
    sed 's/^/  /' "$records/reached"
    case $(. /etc/os-release && echo "${ID:-}-${VERSION_ID:-}") in
        debian-12) expected=$expected_states ;;
        debian-13) expected=$((expected_states + more_states_13)) ;;
        *)
            say "reached $reached real-server states, and nobody has counted those of this distribution"
            return 0
            ;;
    esac
    say "reached $reached real-server states of $expected"
    [ "$reached" = "$expected" ] || fail "expected $expected real-server states"
}

# runs_program [--filter X]: whether one of these tests runs the program. SwiftPM builds all tests or none.
runs_program() {
    if [ $# != 2 ] || [ "$1" != --filter ]; then return 0; fi
    build || fail "the build failed"
    chosen=$(swift test list --skip-build --disable-xctest 2>/dev/null | grep -E -e "$2" || :)
    case $chosen in
        '' | ProgramTests.* | *"
ProgramTests."*) ;;
        *) return 1 ;;
    esac
}

# simulate [SEEDS|seed=N]: a world that shows a difference is printed, made as simple as it goes.
simulate() {
    case ${1:-10000} in
        seed=*) export WAITFOR_SIMULATION_SEED="${1#seed=}" ;;
        *) export WAITFOR_SIMULATION_SEEDS="${1:-10000}" ;;
    esac
    swift test --disable-xctest --filter '^HealthAgentTests\.SimulationTests'
}

# sanitized --asan|--tsan [ARGUMENT...]: the tests, and the program that they run, under a sanitizer.
sanitized() {
    kind=address
    [ "$1" = --asan ] || kind=thread
    shift
    report=$PWD/.build/$kind-report
    rm -f "$report"
    # What depends on the static program, its size or its pace is skipped, by this name.
    WAITFOR_SANITIZER=$kind WAITFOR_SANITIZER_LOG=$report \
        TSAN_OPTIONS="suppressions=$PWD/Tests/thread-sanitizer.supp" \
        LSAN_OPTIONS="suppressions=$PWD/Tests/leak-sanitizer.supp" \
        Tests/run-tests "$PWD/.build/$kind.xml" --sanitize="$kind" --scratch-path ".build/$kind" -- \
        --skip '^ContainerTests\.' "$@"
    if [ -s "$report" ]; then
        cat "$report"
        fail "the $kind sanitizer has something to say"
    fi
    say "the $kind sanitizer has nothing to say"
}

# fuzz [TARGET] [SECONDS], or fuzz FILE.
fuzz() {
    setup
    WAITFOR_FUZZ=1 swift build -c release --product Fuzz --scratch-path .build/fuzz \
        -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing -Xswiftc -use-ld=lld
    target=''
    case ${1:-} in
        '' | [0-9]*) ;;
        *)
            target=$1
            shift
            ;;
    esac
    # shellcheck disable=SC2086 # nothing, or one word
    Tests/Fuzz/run .build/fuzz/release/Fuzz "${1:-20}" $target
}

# soak [MINUTES [SEED]]
soak() {
    setup
    static
    program=$PWD/$static_binary
    driver=$PWD/Tests/soak
    # shellcheck source=Tests/servers.sh
    . Tests/servers.sh
    # shellcheck disable=SC2119 # our arguments are not Redis's
    redis_start
    postgres_prepare pg-soak
    postgres_start pg-soak
    python3 "$driver" "$program" "${1:-5}" "$redis_port" "$pg_port" "$tmp" ${2:+"$2"} &
    job=$!
    wait "$job"
    job=''
}
