# What every run pays before it does anything.

heading "Start-up ($((pairs * 4)) rounds in turn, medians)"

for ((round = 1; round <= pairs * 4; round++)); do
    wall /bin/true >>"$work/true.start"
    wall "$diag" --version >>"$work/diag.start"
    wall psql --version >>"$work/psql.start"
    wall redis-cli --version >>"$work/redis-cli.start"
    wall curl --version >>"$work/curl.start"
done
line "/bin/true" "$(ms "$(median <"$work/true.start")")"
line "diag --version" "$(ms "$(median <"$work/diag.start")")" \
    "$(stat -L -c %s "$diag" | awk '{ printf "%.1f MB", $1 / 1e6 }'), $(ldd "$diag" | wc -l) shared libraries"
line "psql --version" "$(ms "$(median <"$work/psql.start")")" \
    "$(head -c 2 "$(command -v psql)" | grep -q '#!' && echo "the distribution's wrapper included" || true)"
line "redis-cli --version" "$(ms "$(median <"$work/redis-cli.start")")"
line "curl --version" "$(ms "$(median <"$work/curl.start")")"

# A connection that is refused at once: all that is left is our own.
port=$(unused_port)
printf 'targets:\n  redis:\n    - name: none\n      url: redis://127.0.0.1:%s\n' "$port" >"$work/none.yaml"
for ((round = 1; round <= pairs * 2; round++)); do
    wall "$diag" sweep --config "$work/none.yaml" --no-state >>"$work/none.start"
    wall "$diag" sweep --config "$work/none.yaml" --state "$work/none.sqlite" >>"$work/history.start"
done
line "a sweep of one target that refuses, without history" "$(ms "$(median <"$work/none.start")")"
line "the same with history" "$(ms "$(median <"$work/history.start")")"
