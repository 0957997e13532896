#!/usr/bin/env python3
"""Another client's latency: one GET a millisecond until it is told to end (SIGTERM); prints the median, the 99th and the
99.9th percentile and the longest, in microseconds.

    latency.py PORT"""
import signal
import socket
import sys
import time

server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
request = b"*2\r\n$3\r\nGET\r\n$12\r\nreport:large\r\n"
ended = False


def end(*_):
    global ended
    ended = True


signal.signal(signal.SIGTERM, end)
times = []
while not ended:
    start = time.perf_counter()
    server.sendall(request)
    answer = server.recv(65536)
    length = 0 if answer.startswith(b"$-1") else int(answer[1 : answer.index(b"\r")]) + answer.index(b"\n") + 3
    while len(answer) < length:
        answer += server.recv(65536)
    times.append(time.perf_counter() - start)
    time.sleep(0.001)

times.sort()
shown = [times[min(len(times) - 1, int(len(times) * share))] for share in (0.5, 0.99, 0.999, 1.0)]
print(*(round(second * 1e6) for second in shown))
