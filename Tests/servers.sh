# shellcheck shell=sh
# Throw-away servers on free loopback ports, for scripts: a real PostgreSQL and a real Redis in a
# temporary directory, stopped by pid and removed when the script ends, however it ends.
#
# Sourced, with `set -eu`. Sets: tmp, pgbin, redis_port, pg_port, mariadb_port, rabbit_port, rabbit, grpc_port.

export LC_ALL=C
pgbin=${PGBIN:-}
for dir in /usr/lib/postgresql/*/bin; do [ -n "${PGBIN:-}" ] || pgbin=$dir; done

tmp=$(mktemp -d)
chmod 711 "$tmp" # PostgreSQL, which is another user, has to get to its own part
job='' redis_pid='' servers=''

# Every process that was started, by its id. PostgreSQL's is in its data directory, whoever started it.
# shellcheck disable=SC2317  # the trap calls it
cleanup() {
    trap '' INT TERM HUP
    for pid in $job $redis_pid $servers; do kill "$pid" 2>/dev/null || :; done
    for file in "$tmp"/pg-*/postmaster.pid; do
        [ -f "$file" ] || continue
        pid=$(head -n 1 "$file")
        kill -QUIT "$pid" 2>/dev/null || :
        while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
    done
    wait
    rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs one command to its end, in a clean environment, such that a signal still ends us at once.
measured() {
    env -i PATH="$PATH" HOME="$tmp" "$@" &
    job=$!
    wait "$job"
    job=''
}

# PostgreSQL refuses to run as root.
as_user=''
[ "$(id -u)" -ne 0 ] || as_user='setpriv --reuid=nobody --regid=nogroup --clear-groups'

# Below the ports that the kernel hands out, so that no client can get it while the server is not there.
last_port=$((20000 + $$ % 10000))
free_port() {
    last_port=$((last_port + 1))
    while grep -qsi ":$(printf %04X "$last_port") " /proc/net/tcp /proc/net/tcp6; do
        last_port=$((last_port + 1))
    done
}

# redis_start [OPTION...]: on $redis_port, which is chosen the first time.
# shellcheck disable=SC2120 # some of those who source this have arguments for Redis
redis_start() {
    if [ -z "${redis_port:-}" ]; then free_port && redis_port=$last_port; fi
    redis-server --bind 127.0.0.1 --port "$redis_port" --save '' --dir "$tmp" "$@" >>"$tmp/redis.log" 2>&1 &
    redis_pid=$!
}

# postgres_prepare NAME: a cluster in $tmp/NAME whose superuser is `postgres` and whose password is
# `secret`; asked for over TCP, not over the socket.
postgres_prepare() {
    (
        cd "$tmp" || exit # it wants a working directory it can enter
        mkdir "$1" && chmod 700 "$1"
        [ -z "$as_user" ] || chown nobody: "$1"
        echo secret >password && chmod 644 password
        # shellcheck disable=SC2086  # words
        $as_user "$pgbin/initdb" --no-sync --username=postgres --auth-local=trust --auth-host=scram-sha-256 \
            --pwfile="$tmp/password" --locale=C --encoding=UTF8 -D "$tmp/$1" >initdb.log
    )
}

# postgres_command PORT NAME: the words that start that cluster on that port.
postgres_command() {
    echo "$as_user $pgbin/postgres -F -c listen_addresses=127.0.0.1 -c unix_socket_directories= -p $1 -D $tmp/$2"
}

# postgres_start NAME: on $pg_port, which is chosen the first time.
postgres_start() {
    if [ -z "${pg_port:-}" ]; then free_port && pg_port=$last_port; fi
    # shellcheck disable=SC2046  # words
    (cd "$tmp" && exec $(postgres_command "$pg_port" "$1") 2>>"$tmp/postgres.log") &
    servers="$servers $!"
}

# mariadb_start: on $mariadb_port; its user `app` has the password `secret`.
mariadb_start() {
    free_port
    mariadb_port=$last_port
    set -- --no-defaults "--user=$(id -un)" "--datadir=$tmp/mariadb" --innodb-log-file-size=4M
    mariadb-install-db "$1" "$2" "$3" --skip-test-db --auth-root-authentication-method=normal "$4" \
        >"$tmp/mariadb.log" 2>&1
    echo "CREATE USER app@'%' IDENTIFIED BY 'secret';" >"$tmp/mariadb.sql"
    mariadbd "$@" --port="$mariadb_port" --bind-address=127.0.0.1 --socket="$tmp/mariadb.sock" \
        --pid-file="$tmp/mariadb.pid" --init-file="$tmp/mariadb.sql" >>"$tmp/mariadb.log" 2>&1 &
    servers="$servers $!"
}

# rabbit_start: on $rabbit_port, with the user `guest`; $rabbit has the variables that it and its tools run with.
rabbit_start() {
    free_port && rabbit_port=$last_port
    free_port && rabbit="ERL_EPMD_PORT=$last_port ERL_EPMD_ADDRESS=127.0.0.1 HOME=$tmp RABBITMQ_NODENAME=bench@localhost"
    rabbit="$rabbit RABBITMQ_CONFIG_FILE=$tmp/rabbit.conf RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_LOGS=-"
    rabbit="$rabbit RABBITMQ_MNESIA_BASE=$tmp/rabbit RABBITMQ_PID_FILE=$tmp/rabbit.pid"
    rabbit="$rabbit RABBITMQ_ENABLED_PLUGINS_FILE=$tmp/rabbit.plugins"
    printf 'listeners.tcp.1 = 127.0.0.1:%s\n' "$rabbit_port" >"$tmp/rabbit.conf"
    echo '[].' >"$tmp/rabbit.plugins"
    epmd -port "$last_port" -address 127.0.0.1 &
    servers="$servers $!"
    free_port
    # shellcheck disable=SC2086 # words
    env $rabbit "RABBITMQ_DIST_PORT=$last_port" /usr/lib/rabbitmq/bin/rabbitmq-server >"$tmp/rabbit.log" 2>&1 &
    servers="$servers $!"
}

# grpc_start PYTHON FOLDER: on $grpc_port, with the grpcio of that Python and the servers of the tests' folder.
grpc_start() {
    free_port && grpc_port=$last_port
    # It ends with its input, which a pipe that it holds open itself does not.
    mkfifo "$tmp/grpc.in"
    "$1" "$2/grpc-health-server" "127.0.0.1:$grpc_port" <>"$tmp/grpc.in" >"$tmp/grpc.log" 2>&1 &
    servers="$servers $!"
}
