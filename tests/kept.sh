#!/bin/sh
# kept.sh BUILD - --cache-dir: processes that start at once, a changed model, a
# disk that is full.
set -eu
cli=$1/bin/sentiment-cli
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r models/finsent-minilm "$work/model"
mkdir "$work/kept"

fail() {
    echo "$*"
    exit 1
}

# label CACHE_DIR OUT: one text's scores, and what is said.
label() {
    "$cli" classify --model "$work/model" --cache-dir "$1" --deterministic --scores \
        -t 'The loss narrowed to EUR 0.4 mn.' >"$2" 2>"$2.err"
}

# files N WHEN: so many lie in the folder, and nothing half written.
files() {
    found=$(ls "$work/kept" | wc -l)
    [ "$found" -eq "$1" ] || fail "$2: $found files, not $1"
    ! ls "$work/kept" | grep -q tmp || fail "$2: a file that is not finished"
}

"$cli" classify --model "$work/model" --deterministic --scores -t 'The loss narrowed to EUR 0.4 mn.' >"$work/expected"

# Several processes find nothing, and all write.
for i in 1 2 3 4; do
    label "$work/kept" "$work/out$i" &
    eval "pid$i=$!"
done
wait "$pid1" && wait "$pid2" && wait "$pid3" && wait "$pid4" || fail "one of four processes failed"
[ "$(ls "$work/kept")" ] || {
    echo "kept.sh: skipped: no product of our own here"
    exit 0
}
files 1 "four at once"
label "$work/kept" "$work/out5"
for i in 1 2 3 4 5; do
    cmp "$work/expected" "$work/out$i" || fail "process $i answers differently"
    [ ! -s "$work/out$i.err" ] || fail "process $i says: $(cat "$work/out$i.err")"
done
files 1 "a start more"

touch "$work/model/model.safetensors"
label "$work/kept" "$work/out"
files 2 "weights of another time"
cmp "$work/expected" "$work/out"

SENTIMENT_CACHE_DIR=$work/kept "$cli" classify --model "$work/model" --precision fp32 -t a >"$work/out"
files 3 "another precision"

# A full disk: no file may grow beyond 64 blocks.
rm "$work/kept"/*
(
    trap '' XFSZ
    ulimit -f 64
    label "$work/kept" "$work/out"
) || fail "a full disk is a failure"
cmp "$work/expected" "$work/out"
[ "$(wc -l <"$work/out.err")" -eq 1 ] || fail "a full disk: $(cat "$work/out.err")"
grep -q 'packed weights are not kept' "$work/out.err" || fail "$(cat "$work/out.err")"
files 0 "a full disk"
