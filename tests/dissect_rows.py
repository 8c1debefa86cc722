#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Prints recorded captures and compares with the recorded text, byte for byte.

Rows and captures are in $SHARED/conformance (dissect.jsonl). Rows named in dissect-rows.list must hold;
others hold or do not, and are counted. SNIFF=PROGRAM replaces the sniffer. Options: --all shows the rows
that hold without being listed, --show ID the difference of one row."""
import difflib
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.environ.get("TOP_SRCDIR") or os.path.dirname(HERE)
BUILD = os.environ.get("TOP_BUILDDIR") or os.path.join(TOP, "build")
SHARED = os.environ.get("SHARED") or os.path.join(TOP, "..", "shared")
DATA = os.path.join(SHARED, "conformance")
SNIFF = os.environ.get("SNIFF") or os.path.join(BUILD, "sniff", "sniff")
SECONDS = 20


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def rows():
    with open(os.path.join(DATA, "dissect.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def listed():
    with open(os.path.join(HERE, "dissect-rows.list"), encoding="utf-8") as file:
        return {line.strip() for line in file if line.strip() and not line.startswith("#")}


def wanted(row):
    with open(os.path.join(DATA, "dissect", row["out"]), "rb") as file:
        return file.read()


def run(row):
    """What the program says of a row: text, exit status, what is wrong with its standard error."""
    command = [SNIFF, "-#", "-n", "-r", os.path.join(DATA, "dissect", row["pcap"]), *row["args"]]
    env = {"TZ": "GMT0", "LC_ALL": "C", "PATH": os.environ.get("PATH", "")}
    try:
        done = subprocess.run(command, capture_output=True, env=env, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return b"", f"no end within {SECONDS} s"
    if done.returncode != 0:
        return done.stdout, f"exit status {done.returncode}"
    noise = [line for line in done.stderr.splitlines() if not line.startswith(b"reading from file ")]
    return done.stdout, f"standard error: {noise[0][:100]!r}" if noise else ""


def holds(row):
    text, fault = run(row)
    return not fault and text == wanted(row)


def show(row):
    text, fault = run(row)
    if fault:
        print(fault)
    sides = [side.decode("latin-1").splitlines() for side in (wanted(row), text)]
    print("\n".join(difflib.unified_diff(*sides, "recorded", "printed", n=0, lineterm="")))


def main():
    if not os.path.exists(os.path.join(DATA, "dissect.jsonl")):
        skip("there are no recorded rows ($SHARED/conformance/dissect.jsonl)")
    if not os.path.exists(SNIFF):
        skip(f"there is no {SNIFF}")
    table = {row["id"]: row for row in rows()}
    if len(sys.argv) > 2 and sys.argv[1] == "--show":
        show(table[sys.argv[2]])
        return 0
    must = listed()
    held = {name for name, row in table.items() if holds(row)}
    for name in sorted(must - held):
        print(f"{name}: does not hold any more" if name in table else f"{name}: no such row")
    if "--all" in sys.argv:
        print("\n".join(sorted(held - must)))
    print(f"{len(table)} rows, {len(held)} hold, {len(must)} must, {len(must - held)} of these do not")
    return 1 if must - held or not table or not must else 0


sys.exit(main())
