# Five hundred targets, a fifth of them dead: memory at its peak and time, for several bounds of what is done at once.

heading "500 targets, of which 100 are dead: 60 silent, 40 that refuse (each may take 2 s)"

# entries KIND COUNT LINE…: that many targets of one kind that differ only in their name.
entries() {
    local kind=$1 count=$2 number
    shift 2
    printf '  %s:\n' "$kind"
    for ((number = 1; number <= count; number++)); do
        printf '    - name: %s-%s\n' "$kind" "$number"
        printf '      %s\n' "$@"
    done
}

# more_entries KIND FIRST COUNT LINE…: the same without the heading, for another place.
more_entries() {
    local kind=$1 first=$2 count=$3 number
    shift 3
    for ((number = first; number < first + count; number++)); do
        printf '    - name: %s-%s\n' "$kind" "$number"
        printf '      %s\n' "$@"
    done
}

start_redis
kill -STOP "$REDIS_PID"
silent=127.0.0.1:$REDIS_PORT
refusing=127.0.0.1:$(unused_port)
root=$(of tls web ca_file)
{
    echo targets:
    # The primary has 27 slots for us, the standby a hundred.
    entries postgresql 20 "url: postgresql://$PGUSER@$PRIMARY/$PGDATABASE" \
        "password_file: $(of postgresql primary password_file)"
    more_entries postgresql 21 60 "url: postgresql://$PGUSER@$STANDBY_ITSELF/$PGDATABASE" \
        "password_file: $(of postgresql primary password_file)"
    more_entries postgresql 81 15 "url: postgresql://nobody@$silent/none"
    more_entries postgresql 96 10 "url: postgresql://nobody@$refusing/none"
    entries redis 80 "url: $(of redis cache url)" "user: $REDIS_USER" "password_file: $(of redis cache password_file)"
    more_entries redis 81 15 "url: redis://$silent"
    more_entries redis 96 10 "url: redis://$refusing"
    entries sentinel 60 "address: $(of sentinel sentinel-1 address)"
    entries tls 100 "address: $TLS_ADDRESS" "server_name: $TLS_NAME" "ca_file: $root"
    more_entries tls 101 15 "address: $silent"
    more_entries tls 116 10 "address: $refusing"
    entries http 40 "url: $APPLICATION" "token_file: $(of http app token_file)"
    more_entries http 41 20 "url: https://$TLS_ADDRESS" "role: url" "verify: false" "ca_file: $root" "health: [/]"
    more_entries http 61 19 "url: https://$TLS_ADDRESS" "role: url" "verify: false" "health: [/]"
    more_entries http 80 15 "url: http://$silent"
    more_entries http 95 10 "url: http://$refusing"
    entries host 1
} >"$work/many.yaml"
"$diag" config check --config "$work/many.yaml" >/dev/null

# The first is what a sweep does unless told otherwise.
# The first is what a sweep does unless told otherwise.
for concurrency in 80 64 256; do
    for ((pair = 1; pair <= 3; pair++)); do
        start=$(now)
        "$diag" sweep --config "$work/many.yaml" --no-state --timeout 2s --concurrency "$concurrency" --format json \
            >"$work/many.json" || true
        echo $(($(now) - start)) >>"$work/many.$concurrency.wall"
        can_measure_memory || continue
        for format in text json; do
            peak /dev/null "$diag" sweep --config "$work/many.yaml" --no-state --timeout 2s \
                --concurrency "$concurrency" --format "$format" >>"$work/many.$concurrency.$format"
        done
    done
    line "--concurrency $concurrency, the whole process" "$(ms "$(median <"$work/many.$concurrency.wall")")" \
        "$(target_seconds "$work/many.json" | wc -l) targets, $(grep -c '^      "failure": {' "$work/many.json" || true) failed"
    can_measure_memory || continue
    for format in text json; do
        line "    peak of resident memory, --format $format" \
            "$(median <"$work/many.$concurrency.$format" | awk '{ printf "%.1f MB", $1 * 1024 / 1e6 }')" "(goal: under 60)"
    done
done

kill -CONT "$REDIS_PID"
kill "$REDIS_PID"
