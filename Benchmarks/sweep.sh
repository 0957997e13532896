# One sweep beside the runbook's commands, in turn, so that whatever else this machine does meets both alike.

heading "A sweep of $(grep -c -- '- name:' "$work/diag.yaml") targets and all conditions," \
    "beside the runbook's commands one after another ($pairs pairs, medians)"

sweep() { "$diag" sweep --config "$work/diag.yaml" --format json; }

# The first two fill the history: later ones judge everything. Both sides have then been run once.
for _ in 1 2; do
    sweep >"$work/first.json" || true
    sleep 1
done
bash "$here/runbook.sh" >/dev/null
line "conditions judged / of them unknown" \
    "$(grep -c '^      "alert"' "$work/first.json") / $(grep -c '^      "verdict": "unknown"' "$work/first.json" || true)"

for ((pair = 1; pair <= pairs; pair++)); do
    wall bash "$here/runbook.sh" >>"$work/runbook.wall"
    start=$(now)
    sweep >"$work/sweep.json" 2>/dev/null || true
    echo $(($(now) - start)) >>"$work/sweep.wall"
    inside=$(sweep_seconds "$work/sweep.json")
    slowest=$(target_seconds "$work/sweep.json" | sort -g | tail -n 1)
    echo "$inside" >>"$work/sweep.inside"
    echo "${slowest%% *}" >>"$work/sweep.slowest"
    ratio "$inside" "${slowest%% *}" >>"$work/sweep.share"
    echo >>"$work/sweep.share"
    echo "${slowest#* }" >>"$work/sweep.who"
    paste "$work/runbook.wall" "$work/sweep.wall" | tail -n 1 | awk '{ print $1 / $2 }' >>"$work/sweep.ratio"
done

# The whole of what the runbook types, once: it takes as long as disks are large and pings are many.
wall env LITERAL=1 bash "$here/runbook.sh" >"$work/literal.wall"
for client in ping mtr; do
    command -v "$client" >/dev/null || missing="${missing:-}, without $client, which is not installed"
done

seconds() { awk '{ printf "%.1f ms", $1 * 1000 }'; }
line "the runbook's commands" "$(ms "$(median <"$work/runbook.wall")")"
line "diag sweep, the whole process" "$(ms "$(median <"$work/sweep.wall")")"
line "ratio, median of the pairs" "$(median <"$work/sweep.ratio" | awk '{ printf "%.1f", $1 }')" "(goal: 20)"
line "the runbook's commands with its du, find, ping, mtr, once" "$(ms "$(cat "$work/literal.wall")")" \
    "$(paste "$work/literal.wall" <(median <"$work/sweep.wall") | awk '{ printf "ratio %.0f", $1 / $2 }')${missing:-}"
line "diag sweep, without start-up and printing" "$(median <"$work/sweep.inside" | seconds)"
line "its slowest target" "$(median <"$work/sweep.slowest" | seconds)" \
    "mostly $(sort "$work/sweep.who" | uniq -c | sort -rn | awk 'NR == 1 { print $2, $3 }')"
line "sweep / slowest target, median of the pairs" "$(median <"$work/sweep.share")" "(goal: at most 1.5)"
