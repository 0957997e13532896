# 2,000 TLS endpoints on loopback: whole CPU time and time beside blackbox_exporter (the same 2,000, 256 at once) and beside
# the runbook's `openssl s_client | openssl x509`; 10,000 endpoints' memory; 500 dead ones among 2,000.
#
# nginx serves a hundred certificates of P-256, one a port, at every address of 127.0.0.0/8.

ground=$work/tls
mkdir -p "$ground"
sites=100 count=2000

tls_certificates() {
    local site
    openssl ecparam -name prime256v1 -genkey -noout -out "$ground/root.key"
    openssl req -x509 -new -key "$ground/root.key" -days 3650 -subj "/CN=Benchmark root" -out "$ground/root.pem"
    for ((site = 0; site < sites; site++)); do
        openssl ecparam -name prime256v1 -genkey -noout -out "$ground/$site.key"
        openssl req -new -key "$ground/$site.key" -subj "/CN=site-$site.example.test" -out "$ground/$site.csr"
        openssl x509 -req -in "$ground/$site.csr" -CA "$ground/root.pem" -CAkey "$ground/root.key" -days 60 \
            -set_serial "$((site + 1))" -out "$ground/$site.crt" \
            -extfile <(echo "subjectAltName=DNS:app.example.test,DNS:site-$site.example.test")
    done 2>/dev/null
}

tls_servers() {
    local site port
    TLS_PORTS=()
    while [ ${#TLS_PORTS[@]} -lt $sites ]; do
        port=$(unused_port)
        case " ${TLS_PORTS[*]} " in *" $port "*) ;; *) TLS_PORTS+=("$port") ;; esac
    done
    {
        echo "daemon off; worker_processes 2; pid $ground/nginx.pid; error_log $ground/error.log;"
        echo "worker_rlimit_nofile 20000; events { worker_connections 8000; }"
        echo "http { access_log off; ssl_session_cache off; ssl_protocols TLSv1.2 TLSv1.3;"
        for ((site = 0; site < sites; site++)); do
            echo "server { listen ${TLS_PORTS[site]} ssl backlog=4096; ssl_certificate $ground/$site.crt;" \
                "ssl_certificate_key $ground/$site.key; return 200; }"
        done
        echo "}"
    } >"$ground/nginx.conf"
    "$(PATH=$PATH:/usr/sbin command -v nginx)" -c "$ground/nginx.conf" -p "$ground" -e "$ground/error.log" &
    children+=($!)
    until (: >"/dev/tcp/127.0.0.1/${TLS_PORTS[sites - 1]}") 2>/dev/null; do sleep 0.1; done
}

# It accepts whoever comes, and never says a word.
tls_silent() {
    TLS_SILENT=$(unused_port)
    python3 -c '
import select, socket, sys
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("0.0.0.0", int(sys.argv[1])))
listener.listen(4096)
kept = []
while True:
    kept.append(listener.accept()[0])' "$TLS_SILENT" &
    children+=($!)
}

# tls_endpoints COUNT: that many different ones.
tls_endpoints() {
    local number
    for ((number = 0; number < $1; number++)); do
        echo "127.0.$((number / sites / 200)).$((number / sites % 200 + 1)):${TLS_PORTS[number % sites]}"
    done
}

# cpu_of PID: its CPU time so far, in milliseconds.
cpu_of() { awk '{ print ($14 + $15) * 1000 / '"$(getconf CLK_TCK)"' }' "/proc/$1/stat"; }

# timed FILE COMMAND…: writes "wall cpu" in milliseconds, children's included.
timed() {
    local result=$1
    shift
    (
        TIMEFORMAT='%R %U %S'
        { time "$@" >"$ground/output" 2>"$ground/errors" </dev/null || true; } 2>"$result.raw"
    )
    awk '{ printf "%.0f %.0f\n", $1 * 1000, ($2 + $3) * 1000 }' "$result.raw" >"$result"
}

# ours FILE OPTION…: sets the command that asks for the endpoints in the file.
ours() { OURS=("$diag" tls --file "$1" --servername app.example.test --ca-file "$ground/root.pem" "${@:2}"); }

start_blackbox() {
    BLACKBOX=""
    local binary
    binary=$(command -v prometheus-blackbox-exporter || command -v blackbox_exporter) || return 0
    cat >"$ground/blackbox.yml" <<YAML
modules:
  tls:
    prober: tcp
    timeout: 5s
    tcp:
      tls: true
      preferred_ip_protocol: ip4
      tls_config: {ca_file: $ground/root.pem, server_name: app.example.test}
YAML
    BLACKBOX=127.0.0.1:$(unused_port)
    "$binary" --config.file="$ground/blackbox.yml" --web.listen-address="$BLACKBOX" >"$ground/blackbox.log" 2>&1 &
    BLACKBOX_PID=$!
    children+=("$BLACKBOX_PID")
    until curl -sf "http://$BLACKBOX/metrics" >/dev/null; do sleep 0.1; done
    while read -r endpoint; do
        printf 'url = "http://%s/probe?module=tls&target=%s"\noutput = "/dev/null"\n' "$BLACKBOX" "$endpoint"
    done <"$ground/2000" >"$ground/urls"
}

# Writes "wall cpu asker": its own CPU time, and that of who asks it, curl, apart.
blackbox() {
    local before start
    before=$(cpu_of "$BLACKBOX_PID") start=$(now)
    timed "$1.asker" curl -s --parallel --parallel-immediate --parallel-max 256 --config "$ground/urls"
    awk -v w="$(($(now) - start))" -v a="$before" -v b="$(cpu_of "$BLACKBOX_PID")" \
        '{ printf "%.0f %.0f %.0f\n", w / 1000, b - a, $2 }' "$1.asker" >"$1"
}

# What the runbook types, for each of them.
runbook_loop() {
    while read -r endpoint; do
        echo | openssl s_client -servername app.example.test -connect "$endpoint" 2>/dev/null |
            openssl x509 -noout -dates
    done <"$1"
}

heading "TLS: $count endpoints, $sites certificates, P-256, TLS 1.3"
tls_certificates
tls_servers
tls_endpoints $count >"$ground/2000"
start_blackbox

rounds=$(((pairs + 1) / 2))
: >"$ground/ours" && : >"$ground/theirs"
for ((round = 0; round < rounds; round++)); do
    ours "$ground/2000"
    timed "$ground/one" "${OURS[@]}" && cat "$ground/one" >>"$ground/ours"
    good=$(grep -c 'app.example.test\|site-' "$ground/output" || true)
    [ -z "$BLACKBOX" ] || { blackbox "$ground/one" && cat "$ground/one" >>"$ground/theirs"; }
done
wall_ours=$(awk '{ print $1 }' "$ground/ours" | median) cpu_ours=$(awk '{ print $2 }' "$ground/ours" | median)
line "diag tls, $good of $count read and trusted: time" "$wall_ours ms"
line "  whole CPU time" "$cpu_ours ms"
if [ -n "$BLACKBOX" ]; then
    wall_theirs=$(awk '{ print $1 }' "$ground/theirs" | median) cpu_theirs=$(awk '{ print $2 }' "$ground/theirs" | median)
    line "blackbox_exporter, 256 at once: time" "$wall_theirs ms" "(curl, which asks it, runs beside it)"
    line "  its own CPU time" "$cpu_theirs ms"
    line "  and of curl, which asks it" "$(awk '{ print $3 }' "$ground/theirs" | median) ms"
    line "  CPU, median of the pairs: theirs / ours" \
        "$(paste "$ground/ours" "$ground/theirs" | awk '{ print $4 / $2 }' | median)" "(the exporter's alone)"
    line "  CPU, the same with who asks it" \
        "$(paste "$ground/ours" "$ground/theirs" | awk '{ print ($4 + $5) / $2 }' | median)" "(goal: at least 1)"
else
    echo "  blackbox_exporter is not installed: prometheus-blackbox-exporter" >&2
fi

timed "$ground/loop" runbook_loop "$ground/2000"
line "openssl s_client | openssl x509, one after the other" "$(awk '{ print $1 }' "$ground/loop") ms"
line "  ratio to diag tls, time" "$(ratio "$(awk '{ print $1 }' "$ground/loop")" "$wall_ours")" "(goal: at least 10)"

if can_measure_memory; then
    tls_endpoints 10000 >"$ground/10000"
    for format in text json; do
        ours "$ground/10000" --format $format
        line "10,000 endpoints, $format: memory" \
            "$(peak /dev/null "${OURS[@]}" | awk '{ printf "%.1f MB", $1 * 1.024 / 1000 }')" "(goal: 150 MB)"
    done
fi

# Every fourth is silent.
tls_silent
awk -v port="$TLS_SILENT" 'NR % 4 == 0 { sub(/:.*/, ":" port) } { print }' "$ground/2000" >"$ground/dead"
ours "$ground/dead" --timeout 2s
timed "$ground/one" "${OURS[@]}"
line "500 of the $count silent, each given 2 s: time" "$(awk '{ print $1 }' "$ground/one") ms" \
    "($(grep -o '[0-9]* without an answer' "$ground/output" || true))"
