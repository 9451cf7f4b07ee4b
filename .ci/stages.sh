# shellcheck shell=sh
# Sourced: runs the stages of a run one after the other, and prints what each took in seconds.

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

# stages_end: the table.
stages_end() {
    printf '\n== stages\n%s%5d s  in all\n' "$stages" "$(($(date +%s) - stages_began))"
}
