# shellcheck shell=sh
# A Docker Engine for the container tests: the one that is there, or one of our own, which is stopped by its
# pid and leaves nothing behind. And images for it: the published ones, or stand-ins that say what they are.
#
# Sourced, with `set -eu`. Sets DOCKER_HOST where the engine is ours, the names of the images, and `engine`, a
# directory for what this run needs.

# shellcheck source=Tests/debian.sh
. Tests/debian.sh

export DOCKER_BUILDKIT=0 # the one builder that every engine has
engine=$(mktemp -d)
dockerd_pid='' own_images=''

engine_find() {
    if docker version >/dev/null 2>&1; then
        say "using the engine at ${DOCKER_HOST:-its usual place}"
        return
    fi
    # An engine leaves its bridges, its rules and the forwarding of packets behind: they are put back as they are now.
    iptables-save >"$engine/rules"
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
    say "started an engine: $(docker version --format '{{.Server.Version}}')"
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

# shellcheck disable=SC2317,SC2329 # the trap calls it
engine_leave() {
    trap '' INT TERM HUP
    [ -z "$our_swarm" ] || docker swarm leave --force >/dev/null 2>&1 || :
    if [ -n "$dockerd_pid" ]; then
        kill "$dockerd_pid" 2>/dev/null || :
        wait "$dockerd_pid" 2>/dev/null || :
        for bridge in docker0 docker_gwbridge; do ip link delete "$bridge" 2>/dev/null || :; done
        for table in filter nat mangle; do iptables -t "$table" -F && iptables -t "$table" -X; done
        iptables -P FORWARD ACCEPT
        iptables-restore <"$engine/rules"
        echo "$forwarding" >/proc/sys/net/ipv4/ip_forward
        # What runc and the engine mounted goes with it; a mount that stays would be removed through.
        awk -v dir="$engine/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r |
            while read -r mount; do umount -l "$mount" || :; done
    else
        for image in $own_images; do docker image rm "$image" >/dev/null 2>&1 || :; done
    fi
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
    base_image
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

# Debian, from the mirror that this machine has its own packages from.
base=waitfor-stand-in/debian:bookworm
base_image() {
    ! built "$base" || return 0
    say "building $base"
    debian_root bookworm "$engine/root"
    chroot "$engine/root" apt-get clean
    tar -C "$engine/root" -c . | docker import - "$base" >/dev/null
    rm -rf --one-file-system "$engine/root"
    own_images="$own_images $base"
}

# The toolchain that runs these tests, without what an editor needs, as the image that the Dockerfile builds in.
build_image() {
    build_image=swift:6.3-bookworm
    ! published "$build_image" || return 0
    base_image
    image=waitfor-stand-in/swift:6.3-debian build_image=$image
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
    build_image && export BUILD_IMAGE="$build_image"
    base_image
    image=waitfor-e2e/systemd
    built "$image" || stand_in systemd -f Tests/images/systemd.Dockerfile Tests/images
    export E2E_SYSTEMD="$image"
}

# The project's own image, from what a clean checkout would hold, and waitfor put into the others as docs/recipes.md
# says.
project_images() {
    WAITFOR_IMAGE="waitfor:$(sed -n 's/.*number = "\(.*\)".*/\1/p' Sources/waitfor/Version.swift)"
    export WAITFOR_IMAGE
    mkdir "$engine/checkout"
    git ls-files -z | tar --null -T - -c | tar -C "$engine/checkout" -x
    image=$WAITFOR_IMAGE
    say "building $image"
    built_as waitfor --build-arg "BUILD_IMAGE=$BUILD_IMAGE" --build-arg "COMMIT=$(commit)" "$engine/checkout"
    container=$(docker create "$image")
    docker cp "$container:/waitfor" "$engine/waitfor"
    docker cp "$container:/usr/share/doc/waitfor/waitfor.spdx.json" "$engine/"
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
