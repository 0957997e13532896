# What the benchmarks share; read by `source`.
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Microseconds since the epoch.
now() { echo "${EPOCHREALTIME/./}"; }

# The median of the numbers on standard input.
median() { sort -g | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# ms MICROSECONDS
ms() { awk -v t="$1" 'BEGIN { printf "%.1f ms", t / 1000 }'; }

# ratio A B: how many times B fits into A.
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "?" }'; }

# wall COMMAND…: how long it takes, in microseconds; what it says and how it ends is thrown away.
wall() {
    local start
    start=$(now)
    "$@" >/dev/null 2>&1 </dev/null || true
    echo $(($(now) - start))
}

# peak FILE COMMAND…: the most memory that it had in use at once, in KiB; its standard output goes to the file.
peak() {
    local output=$1 result
    shift
    result=$(mktemp -p "$work")
    if [ -x /usr/bin/time ]; then
        /usr/bin/time -o "$result" -f '%M' -- "$@" >"$output" 2>/dev/null </dev/null || true
    else
        python3 -c 'import resource, subprocess, sys
subprocess.call(sys.argv[2:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=open(sys.argv[1], "w"))' \
            "$result" "$@" >"$output" 2>/dev/null </dev/null
    fi
    tail -n 1 "$result"
}

can_measure_memory() { [ -x /usr/bin/time ] || command -v python3 >/dev/null; }

# line TITLE VALUE [REMARK]
line() { printf '  %-52s %14s  %s\n' "$1" "$2" "${3:-}"; }

heading() { printf '\n%s\n' "$*"; }

# sweep_seconds FILE: how long the sweep says that it took.
sweep_seconds() { awk -F'[:,]' '/^  "duration_seconds"/ { print $2 + 0; exit }' "$1"; }

# target_seconds FILE: a line for each target: seconds, kind, name.
target_seconds() {
    awk -F'"' '
        /^  "targets"/ { inside = 1 }
        inside && /^        "kind"/ { kind = $4 }
        inside && /^        "name"/ { name = $4 }
        inside && /^      "duration_seconds"/ { sub(/^: */, "", $3); print $3 + 0, kind, name }' "$1"
}

# unused_port: one of 127.0.0.1 that refuses connections.
unused_port() {
    local port
    while port=$((RANDOM % 20000 + 12000)); (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

# A Redis server of our own; sets REDIS_PORT and REDIS_PID. More arguments are its options.
start_redis() {
    REDIS_PORT=$(unused_port)
    "$(PATH=$PATH:/usr/sbin command -v redis-server)" --port "$REDIS_PORT" --bind 127.0.0.1 --save '' --appendonly no \
        --dir "$work" "$@" >/dev/null 2>&1 &
    REDIS_PID=$!
    children+=("$REDIS_PID")
    until redis-cli -p "$REDIS_PORT" ping >/dev/null 2>&1; do sleep 0.05; done
}
