# shellcheck shell=sh
# Sourced: runs the stages of a run one after the other, or one beside the others, and prints what each took in seconds.

stages_began=$(date +%s)
stages=

# stage COMMAND...: a stage that fails ends the run.
stage() {
    stage_began=$(date +%s)
    printf '\n== %s\n' "$*"
    "$@"
    stages="$stages$(printf '%5d s  %s' "$(($(date +%s) - stage_began))" "$*")
"
}

# beside COMMAND...: begins a stage that runs beside those that follow, until `beside_ends`. Compilers use one processor most
# of the time, and what only fetches or waits uses none.
beside() {
    beside_command=$*
    beside_began=$(date +%s)
    beside_log=$(mktemp)
    printf '\n== %s, beside what follows\n' "$beside_command"
    # In a session of its own, so that all of it can be ended.
    setsid "$@" >"$beside_log" 2>&1 &
    beside_job=$!
    # A run that ends early leaves nothing behind.
    trap 'kill -- "-$beside_job" 2>/dev/null || :; rm -f "$beside_log"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# beside_ends: waits for it, and shows what it printed. If it failed, the run ends.
beside_ends() {
    stage_began=$(date +%s)
    beside_status=0
    wait "$beside_job" || beside_status=$?
    printf '\n== %s, which ran beside the others\n' "$beside_command"
    cat "$beside_log"
    rm -f "$beside_log"
    trap - EXIT
    [ "$beside_status" = 0 ] || exit "$beside_status"
    stages="$stages$(printf '%5d s  %s: %d s, beside the others' "$(($(date +%s) - stage_began))" "$beside_command" \
        "$(($(date +%s) - beside_began))")
"
}

# stages_end: the table.
stages_end() {
    printf '\n== stages\n%s%5d s  in all\n' "$stages" "$(($(date +%s) - stages_began))"
}
