# A playground for the benchmarks; read by `source` after common.sh. Needs $playground, the command.
#
# Sets CONFIGURATION, FOLDER and where each server is, under the names that runbook.sh takes.

# start_ground: it ends with this shell, since its standard input does.
start_ground() {
    local line
    coproc GROUND { exec "$playground" start --until-eof 2>&1; }
    # The second line from the end of the introduction.
    while IFS= read -r line <&"${GROUND[0]}"; do
        printf '%s\n' "$line" >>"$work/introduction"
        case $line in Orders:*) break ;; esac
    done
    CONFIGURATION=$(grep -A1 '^The configuration above' "$work/introduction" | tail -n 1 | tr -d ' ' || true)
    if [ ! -r "$CONFIGURATION" ]; then
        echo "the playground did not start:" >&2
        cat "$work/introduction" >&2
        exit 1
    fi
    FOLDER=${CONFIGURATION%/*}
    find_servers
    use_this_host
}

# order WORD…: asks the playground, say `order bring deadlock`.
order() { "$playground" "$@" --folder "$FOLDER"; }

# of SECTION NAME KEY: one value of the configuration.
of() {
    awk -v section="$1:" -v name="$2" -v key="$3:" '
        /^  [a-z]/ { current = $1 }
        /- name:/ { entry = $3 }
        current == section && entry == name && $1 == key { print $2; exit }' "$CONFIGURATION"
}

# names SECTION
names() { awk -v section="$1:" '/^  [a-z]/ { current = $1 } current == section && /- name:/ { print $3 }' "$CONFIGURATION"; }

find_servers() {
    local name url
    url=$(of postgresql primary url)
    export PRIMARY STANDBY PGUSER PGDATABASE PGPASSWORD
    PRIMARY=$(host_and_port "$url")
    STANDBY=$(host_and_port "$(of postgresql standby url)")
    PGUSER=$(sed 's|.*//\(.*\)@.*|\1|' <<<"$url")
    PGDATABASE=${url##*/}
    PGPASSWORD=$(cat "$(of postgresql primary password_file)")

    # Itself, not the road to it that can be made slow and lets in few at once.
    STANDBY_ITSELF=127.0.0.1:$(sed -n 4p "$FOLDER/postgresql/standby/postmaster.pid")

    export POOLER POOLER_USER POOLER_PASSWORD
    url=$(of pgbouncer pooler url)
    POOLER=$(host_and_port "$url")
    POOLER_USER=$(sed 's|.*//\(.*\)@.*|\1|' <<<"$url")
    POOLER_PASSWORD=$(cat "$(of pgbouncer pooler password_file)")

    export CACHES="" SENTINELS="" SENTINEL_LOGS REDIS_USER REDISCLI_AUTH MASTER_NAME
    for name in $(names redis); do CACHES+=" $(host_and_port "$(of redis "$name" url)")"; done
    for name in $(names sentinel); do SENTINELS+=" $(of sentinel "$name" address)"; done
    SENTINEL_LOGS=$(printf "$FOLDER/redis/sentinel-%s/log " 1 2 3)
    REDIS_USER=$(of redis cache user)
    REDISCLI_AUTH=$(cat "$(of redis cache password_file)")
    MASTER_NAME=mymaster

    export TLS_ADDRESS TLS_NAME APPLICATION APPLICATION_TOKEN AUTH_LOG ACCESS_LOG SERVER_LOG
    TLS_ADDRESS=$(of tls web address)
    TLS_NAME=$(of tls web server_name)
    APPLICATION=$(of http app url)
    APPLICATION_TOKEN=$(cat "$(of http app token_file)")
    AUTH_LOG=$(of logs auth path)
    ACCESS_LOG=$(of logs access path)
    SERVER_LOG=$FOLDER/logs/server.log
}

host_and_port() { sed 's|.*//||; s|.*@||; s|/.*||' <<<"$1"; }

# The playground's host is a folder of recorded files; the clients look at this machine, so the sweep does as well.
use_this_host() {
    sed -e '/^      root:/d' -e "s|^  path: .*|  path: $work/history.sqlite|" "$CONFIGURATION" >"$work/diag.yaml"
}
