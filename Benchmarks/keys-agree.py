#!/usr/bin/env python3
"""Holds what `diag redis keys --format json` found against redis-cli --bigkeys and --memkeys: totals of each type, and the
largest key of each by elements and by memory. Ends with 1 where they differ.

    keys-agree.py DIAG.json BIGKEYS.txt MEMKEYS.txt"""
import json
import re
import sys

tables = {}
for evidence in json.load(open(sys.argv[1]))["targets"][0]["evidence"]:
    tables[evidence["id"]] = evidence


def rows(name):
    return tables[name]["rows"]


def cli(path):
    """Totals by type, and the size of the largest of each."""
    text = open(path).read()
    totals = {
        kind: (int(count), int(size))
        for count, kind, size in re.findall(r"^(\d+) (\w+?)s? with (\d+) (?:bytes|items|members|fields|entries)", text, re.M)
    }
    largest = {
        kind: (name, int(size)) for kind, name, size in re.findall(r"^Biggest\s+(\w+) found '?\"(.*)\"'? has (\d+)", text, re.M)
    }
    return totals, largest


def kind(name):
    return {"hashe": "hash", "zset": "zset"}.get(name, name)


wrong = 0


def compare(what, ours, theirs):
    global wrong
    if ours != theirs:
        wrong += 1
        print(f"  differ: {what}: diag {ours}, redis-cli {theirs}")


compared = 0
for path, measure, ranking in (
    (sys.argv[2], "elements", "redis.keys.longest.by_type"),
    (sys.argv[3], "memory", "redis.keys.largest.by_type"),
):
    totals, largest = cli(path)
    types = {row["type"]: row for row in rows("redis.keys.types")}
    for name, (count, size) in totals.items():
        if not count:
            continue
        row = types[kind(name)]
        compare(f"{name}s and their {measure}", (row["keys"], row[measure]), (count, size))
        compared += 1
    for name, (key, size) in largest.items():
        first = next(row for row in rows(ranking) if row["type"] == kind(name))
        # Of several that are as large each tool shows another one.
        compare(f"largest {name} by {measure}", first[measure], size)
        compared += 1

print(f"  {compared} totals and largest keys compared with redis-cli, {wrong} differ")
sys.exit(1 if wrong or not compared else 0)
