# shellcheck shell=sh
# Sourced, with `set -eu`, in the top directory: shows what waitfor does on a real PostgreSQL and Redis.

demo() {
    toolchain
    setup
    # A build is a page of progress that nobody asked for, until it fails. In a shell of its own it ends at its first
    # failure, and this one lives on to show the page.
    say "building the static program: a minute the first time"
    mkdir -p .build
    ./dev static >.build/demo.log 2>&1 || { cat .build/demo.log >&2; fail "the build failed"; }
    waitfor=$PWD/$static_binary
    # shellcheck source=Tests/servers.sh
    . Tests/servers.sh
    cd "$tmp"
    free_port && pg_port=$last_port
    db="db=postgres://postgres@127.0.0.1:$pg_port/postgres"

    step() { printf '\n\033[1m# %s\033[0m\n' "$*"; }
    # Prints a command as one would type it.
    type_out() {
        printf '$'
        for word in "$@"; do
            case $word in
                "$waitfor") printf ' waitfor' ;;
                *[\ \"\$\?]*) printf " '%s'" "$word" ;;
                *) printf ' %s' "$word" ;;
            esac
        done
        printf '\n'
    }
    show() {
        type_out "$@"
        "$@" 2>&1 || printf '(exit code %s)\n' "$?"
    }

    step "Redis is starting now, and PostgreSQL in three seconds, on free ports of this machine."
    # shellcheck disable=SC2119 # our arguments are not Redis's
    redis_start
    postgres_prepare pg-demo
    cache="cache=redis://127.0.0.1:$redis_port"
    # Its process group is ours: Ctrl-C ends it too.
    (sleep 3 && cd "$tmp" && eval "exec $(postgres_command "$pg_port" pg-demo)" 2>>postgres.log) &
    servers="$servers $!"

    step "The gate waits for both, then becomes the command: the same process, the same PID."
    printf '#!/bin/sh\necho "start-app: PID $$, arguments: $*"\n' >start-app && chmod +x start-app
    set -- "$waitfor" -t 30 "$db" "$cache" -- ./start-app --port 8080
    type_out "$@"
    "$@" 2>&1 &
    job=$!
    echo "(the gate is PID $job)"
    wait "$job"
    job=''

    step "A check asks once, for a HEALTHCHECK: a line for each target, exit code 0 or 1."
    show "$waitfor" check "$db" "$cache"

    step "The same for machines."
    show "$waitfor" check --output json "$db" "$cache"

    step "With the password it logs in and runs a query: the check your app would want."
    echo secret >db_password
    show "$waitfor" check --password-file db_password "$db"

    step "A wrong password is refused, with the reason and what to look at; pg_isready would say yes."
    echo wrong >db_password
    show "$waitfor" check --password-file db_password "$db"
    show "$pgbin/pg_isready" -h 127.0.0.1 -p "$pg_port" -d nosuchdb -U nobody

    step "A gate that gives up tells the story of its wait."
    free_port
    show "$waitfor" -t 2 "$cache" "api=127.0.0.1:$last_port" -- ./start-app

    step "The agent watches both with Docker's rules, and answers from memory."
    free_port
    cat >waitfor.yaml <<YAML
listen: 127.0.0.1:$last_port
defaults: {interval: 1s, timeout: 1s, retries: 2}
targets:
  db: {postgres: "postgres://postgres@127.0.0.1:$pg_port/postgres"}
  cache: {redis: "redis://127.0.0.1:$redis_port"}
YAML
    cat waitfor.yaml
    agent=http://127.0.0.1:$last_port
    # Its lines on stderr appear among the rest, as they come.
    set -- "$waitfor" agent -c waitfor.yaml
    type_out "$@"
    "$@" &
    servers="$servers $!"
    # until_status CODE: until the agent's verdict is this one.
    until_status() {
        tries=0
        until [ "$(curl -s -o verdict -w '%{http_code}' "$agent/healthz")" = "$1" ]; do
            tries=$((tries + 1))
            [ "$tries" -lt 100 ] || fail "the agent does not come to $1: $(cat verdict)"
            sleep 0.1
        done
    }
    slice='^waitfor_(ready|target_healthy|target_failing_streak|target_transitions_total|probe_failures_total.*refused)'
    verdict() {
        show curl -s "$agent/healthz?verbose"
        printf "\$ curl -s %s/metrics | grep -E '%s'\n" "$agent" "$slice"
        curl -s "$agent/metrics" | grep -E "$slice"
    }
    until_status 200
    verdict
    show "$waitfor" check "--agent=$agent"

    step "Redis is stopped: two failures in a row make it unhealthy."
    kill "$redis_pid"
    until_status 503
    verdict

    step "Redis is started again: one success heals."
    # shellcheck disable=SC2119 # our arguments are not Redis's
    redis_start
    until_status 200
    verdict

    step "That is all: the servers are stopped and their files removed."
}
