# shellcheck shell=sh
# The table of budgets, for scripts: sourced; `missed` is 1 once a budget is missed.

# shellcheck disable=SC2034 # whoever sources this reads it
missed=0
line() { printf '%-58s | %-12s | %-14s | %s\n' "$@"; }

# judged WHAT SIGN LIMIT UNIT MEASURED: what is not a number has failed.
judged() {
    verdict=pass unit=" $4"
    case $5 in "" | *[!0-9.]*) verdict=MISS unit= ;; esac
    awk -v measured="$5" -v limit="$3" -v sign="$2" \
        'BEGIN { exit !(sign == "<=" ? measured + 0 <= limit + 0 : measured + 0 >= limit + 0) }' || verdict=MISS
    # shellcheck disable=SC2034
    [ "$verdict" = pass ] || missed=1
    line "$1" "$2 $3 $4" "$5$unit" "$verdict"
}

# row WHAT LIMIT UNIT MEASURED: at most; least: at least.
row() { judged "$1" '<=' "$2" "$3" "$4"; }
least() { judged "$1" '>=' "$2" "$3" "$4"; }

megabytes() { awk -v bytes="$1" 'BEGIN { printf "%.2f\n", bytes / 1e6 }'; }
