# shellcheck shell=sh
# Sourced, with `set -eu`, in the top directory: what every commit has to satisfy without being run.

lint() {
    swift format lint --strict --parallel --recursive Sources Tests Package.swift
    # With what they source.
    shellcheck -x -a -P SCRIPTDIR dev .ci/run .ci/nightly Benchmarks/run Benchmarks/agents Benchmarks/logins \
        Benchmarks/compose-coverage Benchmarks/order Tests/images/postgres-entrypoint Tests/images/podman-init \
        Tests/images/service-entrypoint Configs/compose/worker.sh Sources/CStaticLink/spdx Sources/CStaticLink/notices Tests/lint-rules Configs/release/make Tests/run-tests
    lint_imports
    Tests/lint-totality
    Tests/lint-rules
}

# The architecture, proven: who may import what, and what would leave the loop's thread.
lint_imports() {
    bad=$(
        imports='^(@[A-Za-z_]+ +)*((internal|package|public|private|fileprivate) +)?import +((struct|class|enum|protocol|typealias|func|let|var) +)?'
        grep -rnE "$imports(Foundation|FoundationEssentials|FoundationNetworking|Dispatch|NIO[A-Za-z]*)([ .]|\$)" Sources || :
        grep -rnE "$imports" Sources/HealthCore || :
        only() { # MODULE FOLDER...
            module=$1
            shift
            grep -rnE "$imports$module([ .]|\$)" Sources | grep -vE "^($(printf 'Sources/%s/|' "$@" | sed 's/|$//'))" || :
        }
        only CLibPQ Probes/Postgres
        only CReadLimit Probes/Postgres
        only CCommit waitfor
        only CHiredis Probes/Redis
        only CNGHTTP2 Probes/GRPC
        only CAres EventLoop/Resolver
        only COpenSSL EventLoop/TLS
        only CYAML Configuration
        only CStaticLink none
        only Files EventLoop Probes Configuration waitfor
        only EventLoop Probes StatusServer waitfor
        only Probes waitfor
        only HealthAgent waitfor
        only StatusServer waitfor
        only Configuration waitfor
        grep -rnE '(^|[^A-Za-z])Task *(\{|<[^>]*> *[({]|\.init|\.detached|\.immediate|\.sleep)|@MainActor|DispatchQueue' \
            Sources --include='*.swift' | grep -v -e '-> Task<' || :
        grep -rnE 'ContinuousClock|SuspendingClock' Sources --include='*.swift' || :
        grep -rnE '(^|[^A-Za-z])Task *\(' Sources --include='*.swift' | grep -v 'Task(executorPreference: ' || :
    )
    [ -z "$bad" ] || fail "imports or tasks that do not belong:
$bad"
}
