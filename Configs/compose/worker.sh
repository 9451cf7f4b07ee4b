#!/bin/sh
# Takes names off the queue in Redis, keeps them in PostgreSQL, and writes the page that `auth` serves. If either
# fails it ends; Docker starts it again, and its gate waits.
set -eu
trap 'exit 0' TERM

# One line in Redis's own protocol: no client is needed.
redis() { printf '%s\r\nQUIT\r\n' "$*" | nc cache 6379 | tr -d '\r'; }
PGPASSWORD=$(cat /run/secrets/db_password)
export PGPASSWORD PGHOST=database PGUSER=app PGDATABASE=app
sql() { psql -qAt -v ON_ERROR_STOP=1 "$@"; }

while :; do
    answer=$(redis LPOP logins)
    case $answer in
        "\$-1"*) sleep 1 & wait $! ;; # nobody is in the queue; a signal ends the wait
        "\$"*)
            name=$(echo "$answer" | sed -n 2p)
            echo "INSERT INTO logins (name, worker) VALUES (:'name', :'worker')" |
                sql -v name="$name" -v worker="$(hostname)"
            ;;
        *) echo "Redis says: $answer" >&2 && exit 1 ;;
    esac
    page=/srv/sessions/.$(hostname)
    echo "SELECT coalesce(json_agg(l ORDER BY id), '[]') FROM logins l" | sql >"$page"
    chmod 644 "$page"
    mv "$page" /srv/sessions/sessions.json
done
