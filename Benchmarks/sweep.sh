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

# All that the runbook has a person type, once each: that takes as long as pings are many and disks are large.
for looks in patient literal; do
    wall env LOOKS=$looks bash "$here/runbook.sh" >"$work/$looks.wall"
    paste "$work/$looks.wall" <(median <"$work/sweep.wall") | awk '{ printf "ratio %.0f", $1 / $2 }' >"$work/$looks.ratio"
done
for client in ping mtr traceroute; do
    command -v "$client" >/dev/null || missing="${missing:-}, without $client, which is not installed"
done

seconds() { awk '{ printf "%.1f ms", $1 * 1000 }'; }
line "diag sweep, the whole process" "$(ms "$(median <"$work/sweep.wall")")"
line "the runbook's commands, its three ping -c 10 included, once" "$(ms "$(cat "$work/patient.wall")")" \
    "$(cat "$work/patient.ratio") (goal: 20)${missing:-}"
line "all of them: its mtr -c 100, du and find too, once" "$(ms "$(cat "$work/literal.wall")")" \
    "$(cat "$work/literal.ratio")"
line "only the quick ones" "$(ms "$(median <"$work/runbook.wall")")" \
    "ratio $(median <"$work/sweep.ratio" | awk '{ printf "%.1f", $1 }'), median of the pairs"
line "diag sweep, without start-up and printing" "$(median <"$work/sweep.inside" | seconds)"
line "its slowest target" "$(median <"$work/sweep.slowest" | seconds)" \
    "mostly $(sort "$work/sweep.who" | uniq -c | sort -rn | awk 'NR == 1 { print $2, $3 }')"
line "sweep / slowest target, median of the pairs" "$(median <"$work/sweep.share")" "(goal: at most 1.5)"
