#!/bin/sh
# heavy.sh - what takes the command longer than a golden case may.
#
#   tests/cli/heavy.sh [BUILD]
#
# 1. Random csv, jsonl and lines, judged by Python (skipped without python3).
# 2. 200 MB through a pipe: every line is answered and memory stays flat.
set -eu
build=$(realpath "${1:-build}")
cd "$(dirname "$0")"
FAKE="--engine $build/lib/libfake_engine.so --model ../vectors/tiny/bert"
MEGABYTES=200
MOST_KB=65536

if command -v python3 >/dev/null; then
    python3 differential.py "$build"
else
    echo "differential: skipped: no python3"
fi

line='Shares of Velmar Motors slide 14% as recall widens to three continents'
lines=$((MEGABYTES * 1000000 / 71))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkfifo "$work/in"
yes "$line" | head -n $lines >"$work/in" &
"$build/bin/sentiment-cli" classify $FAKE <"$work/in" >"$work/out" &
pid=$!
most=0
# The peak so far, asked while the process lives.
while peak=$(awk '/^VmHWM/ {print $2}' /proc/$pid/status 2>/dev/null) &&
    [ -n "$peak" ]; do
    most=$peak
    sleep 0.2
done
wait $pid
answered=$(wc -l <"$work/out")
echo "stream: $answered of $lines lines answered, at most $most kB resident"
[ "$answered" -eq $lines ]
[ "$most" -gt 0 ] && [ "$most" -le $MOST_KB ]
