# A sweep with and without one target that accepts connections and never says a word, in turn.

heading "One dead target ($pairs pairs, medians, each target may take 1 s)"

start_redis
kill -STOP "$REDIS_PID"
cp "$work/diag.yaml" "$work/alive.yaml"
# Among the others of its kind, in the middle of the list.
sed "/^  sentinel:/a\\    - name: silent\\n      address: 127.0.0.1:$REDIS_PORT" "$work/alive.yaml" >"$work/dead.yaml"

for ((pair = 1; pair <= pairs; pair++)); do
    # Each is first as often as the other.
    for kind in $([ $((pair % 2)) -eq 1 ] && echo alive dead || echo dead alive); do
        start=$(now)
        "$diag" sweep --config "$work/$kind.yaml" --no-state --timeout 1s --format json >"$work/$kind.json" || true
        echo $(($(now) - start)) >>"$work/$kind.wall"
        target_seconds "$work/$kind.json" >>"$work/$kind.targets"
    done
done

line "sweep without it, the whole process" "$(ms "$(median <"$work/alive.wall")")"
line "sweep with it" "$(ms "$(median <"$work/dead.wall")")" "it is given up at 1 s"
for target in $(awk '{ print $2 "/" $3 }' "$work/alive.targets" | sort -u); do
    for kind in alive dead; do
        awk -v target="$target" '$2 "/" $3 == target { print $1 * 1e6 }' "$work/$kind.targets" | median >"$work/$kind.one"
    done
    line "  $target" "$(ms "$(cat "$work/alive.one")")" "with the dead one $(ms "$(cat "$work/dead.one")")"
    paste "$work/alive.one" "$work/dead.one" >>"$work/both.targets"
done
line "with / without, all other targets added up" \
    "$(awk '{ a += $1; d += $2 } END { printf "%.2f", d / a }' "$work/both.targets")"

kill -CONT "$REDIS_PID"
kill "$REDIS_PID"
