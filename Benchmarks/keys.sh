# The keys of a server: here in one pass with their memory, prefixes, TTLs and encodings, there by type alone and in two.
# KEYS (by default a million) and MANY_KEYS (ten million, for the memory that it takes) may be set.

keys=${KEYS:-1000000}
many=${MANY_KEYS:-10000000}
rounds=$((pairs < 5 ? pairs : 5))
heading "Keys: $keys of all types, $rounds pairs, medians; another client asks once a millisecond meanwhile"

start_redis --enable-debug-command local
awk -v keys="$keys" 'BEGIN {
    filler = sprintf("%200s", ""); gsub(" ", "x", filler)
    for (n = 0; n < keys; n++) {
        kind = n % 10
        if (kind < 5) printf "SET session:%d %s%s\n", n, substr(filler, 1, n % 200 + 1), n % 2 ? " EX 86400" : ""
        else if (kind < 7) printf "HSET debate:%d topic t%d text %s\n", n, n, substr(filler, 1, n % 150 + 1)
        else if (kind < 8) printf "RPUSH debate:%d:rounds a b c d\n", n
        else if (kind < 9) printf "SADD votes:%d 1 2 3\n", n
        else printf "ZADD ranking:%d 1 a 2 b 3 c\n", n
    }
    printf "SET report:large %s\n", filler filler filler filler filler
    for (n = 0; n < 5000; n++) printf "RPUSH queue:large item-%d\n", n
}' | redis-cli -p "$REDIS_PORT" --pipe >/dev/null
url=redis://127.0.0.1:$REDIS_PORT
line "keys" "$(redis-cli -p "$REDIS_PORT" dbsize)"

# Seconds of CPU that the server has used.
server_cpu() { redis-cli -p "$REDIS_PORT" info cpu | tr -d '\r' | awk -F: '/^used_cpu_(sys|user):/ { s += $2 } END { print s * 1e6 }'; }

# beside NAME COMMAND…: its time, the server's, and what another client saw meanwhile.
beside() {
    local name=$1 before client
    shift
    before=$(server_cpu)
    python3 "$here/latency.py" "$REDIS_PORT" >"$work/latency" &
    client=$!
    wall "$@" >>"$work/$name.wall"
    kill "$client" && wait "$client" || true
    awk -v a="$before" -v b="$(server_cpu)" 'BEGIN { print b - a }' >>"$work/$name.cpu"
    cut -d' ' -f1 "$work/latency" >>"$work/$name.p50"
    cut -d' ' -f2 "$work/latency" >>"$work/$name.p99"
}

state=$work/state && mkdir -p "$state"
export XDG_STATE_HOME=$state
for ((pair = 1; pair <= rounds; pair++)); do
    beside diag "$diag" redis keys "$url"
    beside exact "$diag" redis keys --exact "$url"
    beside bigkeys redis-cli -p "$REDIS_PORT" --bigkeys
    beside memkeys redis-cli -p "$REDIS_PORT" --memkeys
done
wall "$diag" redis keys "$url" --sample 20000 >>"$work/sample.wall"

of_pairs() { # WHAT OVER: the median of the pairs' ratios to diag's
    paste "$work/$2.$1" "$work/diag.$1" | awk '{ print $1 / $2 }' | median
}
middle() { median <"$work/$1"; }
line "redis-cli --bigkeys" "$(ms "$(middle bigkeys.wall)")" "the server's CPU $(ms "$(middle bigkeys.cpu)")"
line "redis-cli --memkeys" "$(ms "$(middle memkeys.wall)")" "the server's CPU $(ms "$(middle memkeys.cpu)")"
line "diag redis keys" "$(ms "$(middle diag.wall)")" "the server's CPU $(ms "$(middle diag.cpu)")"
line "diag redis keys --exact" "$(ms "$(middle exact.wall)")" "the server's CPU $(ms "$(middle exact.cpu)")"
line "diag redis keys --sample 20000" "$(ms "$(middle sample.wall)")"
line "--bigkeys / diag, median of the pairs" "$(printf '%.2f' "$(of_pairs wall bigkeys)")" "goal 3"
line "--bigkeys / diag --exact, median of the pairs" "$(awk -v a="$(middle bigkeys.wall)" -v b="$(middle exact.wall)" 'BEGIN { printf "%.2f", a / b }')"
line "--memkeys / diag, median of the pairs" "$(printf '%.2f' "$(of_pairs wall memkeys)")"
for tool in diag exact bigkeys memkeys; do
    line "another client during $tool: median, p99" "$(ms "$(middle $tool.p50)"), $(ms "$(middle $tool.p99)")"
done
line "p99 during diag / during --bigkeys" \
    "$(awk -v r="$(of_pairs p99 bigkeys)" 'BEGIN { printf "%.2f", 1 / r }')" "goal 2 at most"

"$diag" redis keys "$url" --format json >"$work/diag.json" || true
redis-cli -p "$REDIS_PORT" --bigkeys >"$work/bigkeys.txt"
redis-cli -p "$REDIS_PORT" --memkeys >"$work/memkeys.txt"
python3 "$here/keys-agree.py" "$work/diag.json" "$work/bigkeys.txt" "$work/memkeys.txt"
kill "$REDIS_PID"

if can_measure_memory; then
    start_redis --enable-debug-command local
    redis-cli -p "$REDIS_PORT" debug populate "$many" session 10 >/dev/null
    line "peak memory of diag redis keys over $many keys" \
        "$(awk -v k="$(peak "$work/many.txt" "$diag" redis keys "redis://127.0.0.1:$REDIS_PORT")" 'BEGIN { printf "%.1f MB", k / 1024 }')" \
        "goal 50 MB; $(grep -o '[0-9]* a second' "$work/many.txt" | head -n 1)"
    kill "$REDIS_PID"
fi
