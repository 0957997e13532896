# The largest keys of a keyspace of 300,000: here with their memory and totals by prefix, there by type alone.

heading "Largest keys among 300,000 of all types (3 pairs, medians)"

start_redis --enable-debug-command local
awk 'BEGIN {
    filler = sprintf("%200s", ""); gsub(" ", "x", filler)
    for (n = 0; n < 300000; n++) {
        kind = n % 10
        if (kind < 5) printf "SET session:%d %s\n", n, substr(filler, 1, n % 200 + 1)
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

for ((pair = 1; pair <= 3; pair++)); do
    wall redis-cli -p "$REDIS_PORT" --bigkeys >>"$work/redis-cli.bigkeys"
    wall "$diag" redis bigkeys --rate 100000000 "$url" >>"$work/diag.bigkeys"
    wall redis-cli -p "$REDIS_PORT" --memkeys >>"$work/redis-cli.memkeys"
    wall "$diag" redis bigkeys "$url" >>"$work/diag.default"
done
for what in redis-cli.bigkeys redis-cli.memkeys diag.bigkeys diag.default; do median <"$work/$what" >"$work/$what.median"; done
against() { echo "$1 takes $(ratio "$(cat "$work/$2.median")" "$(cat "$work/diag.bigkeys.median")") times as long"; }
line "redis-cli --bigkeys" "$(ms "$(cat "$work/redis-cli.bigkeys.median")")"
line "redis-cli --memkeys" "$(ms "$(cat "$work/redis-cli.memkeys.median")")"
line "diag redis bigkeys, as fast as it can" "$(ms "$(cat "$work/diag.bigkeys.median")")" \
    "$(against --bigkeys redis-cli.bigkeys), $(against --memkeys redis-cli.memkeys)"
line "diag redis bigkeys, at its usual bound of the rate" "$(ms "$(cat "$work/diag.default.median")")"
kill "$REDIS_PID"
