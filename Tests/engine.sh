# shellcheck shell=sh
# Docker Engines for the container tests: the one that is there, or two of our own, one after the other, which are
# stopped by their pids and leave nothing behind: that of this machine's packages, and that of Debian's next suite.
# And images for them: the published ones, or stand-ins that say what they are.
#
# Sourced, with `set -eu`, after next-suite.sh. Sets DOCKER_HOST where the engine is ours, the names of the images,
# `engine`, a directory for what this run needs, and E2E_ENGINE, which has the version that the engine says.

# shellcheck source=Tests/debian.sh
. Tests/debian.sh

engine=$(mktemp -d)
dockerd_pid='' own_images=''

# engine_is_there: whether somebody's engine answers.
engine_is_there() {
    docker version >/dev/null 2>&1 || return 1
    say "using the engine at ${DOCKER_HOST:-its usual place}"
    engine_ask
}

# engine_start: the dockerd that PATH has, with everything of it in a directory of its own.
engine_start() {
    # An engine leaves its bridges, its rules and the forwarding of packets behind: they are put back as they are now.
    for family in iptables ip6tables; do "$family-save" >"$engine/$family"; done
    forwarding=$(cat /proc/sys/net/ipv4/ip_forward)
    # The addresses of RFC 2544 belong to nobody, so they are in nobody's way.
    dockerd --data-root "$engine/data" --exec-root "$engine/exec" --pidfile "$engine/pid" \
        -H "unix://$engine/docker.sock" --bip 198.18.0.1/24 \
        --default-address-pool base=198.19.0.0/16,size=24 >"$engine/log" 2>&1 &
    dockerd_pid=$!
    export DOCKER_HOST="unix://$engine/docker.sock"
    tries=0
    until docker version >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -gt 300 ] || ! kill -0 "$dockerd_pid" 2>/dev/null; then
            tail -n 20 "$engine/log" >&2
            fail "no engine is there, and one of our own does not start"
        fi
        sleep 0.1
    done
    engine_ask
    say "started $E2E_ENGINE, with $compose_name"
}

# engine_ask: which engine this is, what its clients are, and who builds.
engine_ask() {
    E2E_ENGINE="Engine $(docker version --format '{{.Server.Version}}')"
    E2E_DOCKER=$(command -v docker)
    E2E_COMPOSE='docker compose'
    docker compose version >/dev/null 2>&1 || E2E_COMPOSE=docker-compose
    compose_name="Compose $($E2E_COMPOSE version --short)"
    export E2E_ENGINE E2E_DOCKER E2E_COMPOSE
    # Without buildx, a client of today builds with the engine's own builder only when it is told to.
    unset DOCKER_BUILDKIT
    docker buildx version >/dev/null 2>&1 || export DOCKER_BUILDKIT=0
}

# What was not run, and what a test has to say, for the end of the run.
export E2E_NOTES="$engine/notes"
: >"$E2E_NOTES"

# engine_chooses FILTER: sets `chosen`, the cases that run on this engine, and `lacking`, a pattern of the suites
# that want an engine that can do more.
engine_chooses() {
    chosen=$(cases "$1")
    lacking=''
    api=$(docker version --format '{{.Server.APIVersion}}')
    [ "${api#*.}" -ge 44 ] || lacks StartIntervalTests "its API, $api, has no start interval"
    [ "${api#*.}" -ge 48 ] || lacks ImageMountTests "its API, $api, mounts no images"
    [ "${DOCKER_BUILDKIT:-}" != 0 ] || lacks BuildKitTests "there is no buildx"
    [ "$E2E_COMPOSE" != docker-compose ] || lacks ComposeWaitTests "$compose_name has no --wait"
    [ "$E2E_COMPOSE" != docker-compose ] || lacks ComposeProviderTests "$compose_name has no providers"
    if [ "$E2E_COMPOSE" = docker-compose ]; then
        for suite in ComposeOrderTests ComposeOrderRestTests SwarmOrderTests ComposeFileGateTests; do
            lacks "$suite" "$compose_name knows no !reset"
        done
        lacks ComposeConfigTests "$compose_name reads files by other rules"
    fi
    for suite in ComposeOrderRestTests SwarmOrderTests; do
        [ -n "${E2E_ALL:-}" ] || lacks "$suite" "E2E_ALL is not set, as it is for .ci/nightly"
    done
    # A database is away for three minutes in it.
    [ -n "${E2E_ALL:-}" ] || [ -z "$swarm_asked" ] || lacks SwarmTests "$swarm_asked"
    # It is no part of the engine: once is enough.
    [ "$podman_missing" = no ] || lacks PodmanTests "$podman_missing"
}

# cases FILTER: the cases that match it.
cases() {
    swift test list --skip-build --disable-xctest 2>/dev/null | grep -e '^ContainerTests\.' | grep -E -e "$1" || :
}

# lacks SUITE REASON: takes the suite out of `chosen`, and notes how many cases that are.
lacks() {
    lacking="${lacking:+$lacking|}^ContainerTests\\.$1/"
    all=$chosen
    chosen=$(printf '%s\n' "$all" | grep -v "^ContainerTests\.$1/" || :)
    engine_skips "$all" "$chosen" "$E2E_ENGINE" "$1: $2"
}

# engine_skips CASES REST WHERE REASON: notes how many of the cases are not among the rest.
engine_skips() {
    count=$(($(printf '%s\n' "$1" | grep -c . || :) - $(printf '%s\n' "$2" | grep -c . || :)))
    cases="$count cases were"
    [ "$count" != 1 ] || cases='1 case was'
    [ "$count" = 0 ] || printf '%s not run on %s, because %s\n' "$cases" "$3" "$4" >>"$E2E_NOTES"
}

# One swarm for the whole run, made before anything else runs on the engine: leaving a swarm takes the names of
# containers on other networks from its DNS (moby 45144), and ports from those on attachable ones (moby 42877).
our_swarm=''
engine_swarm() {
    [ "$(docker info -f '{{.Swarm.LocalNodeState}}')" != active ] || return 0
    [ -z "$(docker ps -q)" ] ||
        fail "the engine runs containers and is no swarm: leaving the tests' swarm would take their names and ports; stop them, or run \`docker swarm init\` first"
    docker swarm init --advertise-addr 127.0.0.1 --default-addr-pool 198.18.128.0/17 \
        --default-addr-pool-mask-length 24 >/dev/null
    our_swarm=yes
}

# engine_stop: leaves nothing of our engine behind but what is in `engine`.
engine_stop() {
    [ -z "$our_swarm" ] || docker swarm leave --force >/dev/null 2>&1 || :
    our_swarm=''
    if [ -n "$dockerd_pid" ]; then
        kill "$dockerd_pid" 2>/dev/null || :
        wait "$dockerd_pid" 2>/dev/null || :
        dockerd_pid=''
        unset DOCKER_HOST
        for bridge in docker0 docker_gwbridge; do ip link delete "$bridge" 2>/dev/null || :; done
        for family in iptables ip6tables; do
            for table in filter nat mangle raw; do "$family" -t "$table" -F && "$family" -t "$table" -X; done
            "$family" -P FORWARD ACCEPT
            "$family-restore" <"$engine/$family"
        done
        echo "$forwarding" >/proc/sys/net/ipv4/ip_forward
        # What runc and the engine mounted goes with it; a mount that stays would be removed through.
        awk -v dir="$engine/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r |
            while read -r mount; do umount -l "$mount" || :; done
        rm -rf --one-file-system "$engine/data" "$engine/exec"
    else
        for image in $own_images; do docker image rm "$image" >/dev/null 2>&1 || :; done
    fi
    own_images=''
}

# shellcheck disable=SC2317,SC2329 # the trap calls it
engine_leave() {
    trap '' INT TERM HUP
    engine_stop
    rm -rf --one-file-system "$engine"
}

# published IMAGE: whether a registry hands it out. It is asked once: a second missing answer would take as
# long as the first.
registry=unknown
published() {
    [ "$registry" != silent ] || return 1
    if docker image inspect "$1" >/dev/null 2>&1 || timeout 120 docker pull -q "$1" >/dev/null 2>&1; then
        registry=answers
        return 0
    fi
    registry=silent
    say "no registry answers: the images are stand-ins"
    return 1
}

# image PUBLISHED STAND-IN RECIPE: sets `image` to the published one, or to a stand-in that is built.
image() {
    image=$1
    ! published "$1" || return 0
    base_image bookworm
    image=waitfor-stand-in/$2
    built "$image" || stand_in "$3" -f "Tests/images/$3.Dockerfile" Tests/images
}

built() { docker image inspect "$1" >/dev/null 2>&1; }

stand_in() {
    say "building $image"
    name=$1
    shift
    built_as "$name" --build-arg "BASE=$base" "$@"
}

# built_as NAME ARGUMENT...: builds $image, and shows what that said only if it failed.
built_as() {
    name=$1
    shift
    # What was there before this run stays there.
    built "$image" || own_images="$own_images $image"
    docker build --network host -t "$image" "$@" >"$engine/$name.log" 2>&1 || {
        tail -n 40 "$engine/$name.log" >&2
        fail "$image does not build"
    }
}

# base_image SUITE: sets `base` to that Debian, from the mirror that this machine has its own packages from.
base_image() {
    base=waitfor-stand-in/debian:$1
    ! built "$base" || return 0
    say "building $base"
    debian_root "$1" "$engine/root"
    chroot "$engine/root" apt-get clean
    tar -C "$engine/root" -c . | docker import - "$base" >/dev/null
    rm -rf --one-file-system "$engine/root"
    own_images="$own_images $base"
}

# What the Dockerfile builds with: the toolchain that runs these tests, without what an editor needs, and Debian 13.
build_images() {
    toolchain_image=swift:6.3-bookworm build_base=debian:trixie-slim
    if published "$toolchain_image" && published "$build_base"; then return 0; fi
    base_image trixie
    build_base=$base
    base_image bookworm
    image=waitfor-stand-in/swift:6.3-debian toolchain_image=$image
    ! built "$image" || return 0
    toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")
    mkdir -p "$engine/swift/usr"
    cp Tests/images/swift.Dockerfile "$engine/swift/Dockerfile"
    tar -C "$toolchain" --exclude='bin/*lldb*' --exclude='bin/sourcekit*' --exclude='bin/clangd' --exclude='bin/docc' \
        --exclude='bin/swift-format' --exclude='bin/wasmkit' --exclude='*/embedded' --exclude='lib/*lldb*' \
        --exclude='lib/*ourcekit*' --exclude='lib/*SourceKit*' --exclude='lib/libclang.so*' --exclude='share/doc' \
        -c . | tar -C "$engine/swift/usr" -x
    stand_in swift "$engine/swift"
    rm -rf "$engine/swift"
}

# Every image that the tests name.
images() {
    image postgres:16-alpine postgres:15-debian postgres && export POSTGRES_IMAGE="$image"
    image redis:7-alpine redis:7.0-debian redis && export REDIS_IMAGE="$image"
    image nginx:alpine nginx:1.22-debian nginx && export NGINX_IMAGE="$image"
    image prom/prometheus:v3.5.0 prometheus:2.42-debian prometheus && export PROMETHEUS_IMAGE="$image"
    base_image bookworm
    image="waitfor-e2e/systemd"
    built "$image" || stand_in systemd -f Tests/images/systemd.Dockerfile Tests/images
    export E2E_SYSTEMD="$image"
    case $chosen in
        *ContainerTests.ComposeOrder* | *ContainerTests.SwarmOrder*)
            image="waitfor-stand-in/service"
            built "$image" || stand_in service -f Tests/images/service.Dockerfile Tests/images
            export E2E_SERVICE="$image"
            ;;
    esac
    case $chosen in
        *ContainerTests.PodmanTests/*)
            podman_image || lacks PodmanTests "no machine with Podman could be made: $(tail -n 1 "$engine/podman.log")"
            ;;
    esac
}

# A machine with Podman of Debian's next suite: what Debian 12 has knows neither Quadlet nor health checks of it.
podman_missing='it is run beside engines of our own only'
# Why Swarm is not asked once more: nobody has asked it yet.
swarm_asked=
podman_image() {
    image="waitfor-e2e/podman"
    export E2E_PODMAN="$image"
    ! built "$image" || return 0
    say "building $image"
    next_root "$engine/podman" ca-certificates,systemd,dbus,procps,podman,crun,netavark,aardvark-dns,nftables \
        >"$engine/podman.log" 2>&1 || return 1
    cp Tests/images/podman-init "$engine/podman/sbin/podman-init"
    # A terminal of the machine beneath is not for its logins: the unit fails, and the machine counts as degraded.
    ln -s /dev/null "$engine/podman/etc/systemd/system/getty.target"
    # The machine's own control groups may have none for the number of processes.
    printf '[containers]\npids_limit = 0\n' >"$engine/podman/etc/containers/containers.conf"
    own_images="$own_images $image"
    tar -C "$engine/podman" -c . | docker import -c 'ENV container=docker' -c 'CMD ["/sbin/podman-init"]' \
        -c 'STOPSIGNAL SIGRTMIN+3' -c 'VOLUME /var/lib/containers' - "$image" >/dev/null
    rm -rf --one-file-system "$engine/podman"
}

# images_keep, images_take: what the first engine of ours has built, for the second one, but for what only the first one
# needs. The images that the program is built with are not among them: the program is.
images_keep() {
    [ -n "$own_images" ] || return 0
    # shellcheck disable=SC2046,SC2086 # lists of words
    docker save -o "$engine/images.tar" $(printf '%s\n' $own_images | grep -v -e /swift: -e :trixie -e /podman -e /service)
}
images_take() {
    own_images=$(docker load -i "$engine/images.tar" | sed -n 's/^Loaded image: //p')
    rm "$engine/images.tar"
    taken=yes
}
taken=''

# The project's own image, from what a clean checkout would hold, and waitfor put into the others as docs/recipes.md
# says.
project_images() {
    WAITFOR_IMAGE="waitfor:$(sed -n 's/.*number = "\(.*\)".*/\1/p' Sources/waitfor/Version.swift)"
    export WAITFOR_IMAGE
    if [ -z "$taken" ]; then
        build_images
        mkdir "$engine/checkout"
        git ls-files -z | tar --null -T - -c | tar -C "$engine/checkout" -x
        image=$WAITFOR_IMAGE
        say "building $image"
        built_as waitfor --build-arg "TOOLCHAIN_IMAGE=$toolchain_image" --build-arg "DEBIAN_IMAGE=$build_base" \
            --build-arg "COMMIT=$(commit)" "$engine/checkout"
        rm -rf "$engine/checkout"
    fi
    container=$(docker create "$WAITFOR_IMAGE")
    docker cp "$container:/waitfor" "$engine/waitfor"
    docker cp "$container:/usr/share/doc/waitfor/waitfor.spdx.json" "$engine/"
    docker cp "$container:/usr/share/doc/waitfor/copyright.gz" "$engine/waitfor.copyright.gz"
    docker rm "$container" >/dev/null

    with_waitfor postgres "$POSTGRES_IMAGE" && export E2E_POSTGRES="$image"
    with_waitfor redis "$REDIS_IMAGE" && export E2E_REDIS="$image"
    with_waitfor web "$NGINX_IMAGE" && export E2E_WEB="$image"
}

# with_waitfor NAME IMAGE: sets `image` to IMAGE with waitfor in it.
with_waitfor() {
    image=waitfor-e2e/$1
    built_as "$1-with-waitfor" --build-arg "IMAGE=$2" -f Configs/compose/with-waitfor.Dockerfile Configs/compose
}
