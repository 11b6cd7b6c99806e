#!/bin/sh
# run.sh - golden cases of the command: NAME.sh against NAME.out, .err, .exit.
#
#   tests/cli/run.sh [--update] [BUILD] [NAME…]
#
# A case is a piece of shell; sentiment-cli is on its PATH, and $FAKE are the
# options that choose a tiny checkpoint and the tests' engine, whose answers
# depend on the token ids alone. A missing .out or .err means empty, a missing
# .exit means 0. --update writes what is found, to be read before it is kept.
set -u
update=
[ "${1-}" = --update ] && { update=1; shift; }
build=$(realpath "${1:-build}")
[ $# -gt 0 ] && shift
cd "$(dirname "$0")" || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -x "$build/bin/sentiment-cli" ] || { echo "cli: $build/bin/sentiment-cli is not built"; exit 1; }
PATH=$build/bin:$PATH
FAKE="--engine $build/lib/libfake_engine.so --model ../vectors/tiny/bert"
unset SENTIMENT_MODEL SENTIMENT_CACHE_DIR DEMO_PYTORCH_DEVICE NO_COLOR
TERM=xterm
LC_ALL=C
export PATH FAKE TERM LC_ALL
failed=0
ran=0

# compare FOUND KIND: what a case gave against its golden file.
compare() {
    golden=$name.$2
    if [ -n "$update" ]; then
        cp "$1" "$golden"
        [ -s "$golden" ] || rm "$golden"
        return 0
    fi
    [ -e "$golden" ] || golden=/dev/null
    cmp -s "$golden" "$1" && return 0
    echo "cli/$name: $2 differs (- expected, + found):"
    diff -u "$golden" "$1" | sed -n '3,12p'
    return 1
}

for case in ${*:-*.sh}; do
    name=$(basename "$case" .sh)
    case $name in run|heavy) continue ;; esac
    ran=$((ran + 1))
    timeout 60 sh "./$name.sh" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    if [ $code -ne 0 ]; then echo $code; fi >"$work/exit"
    ok=1
    compare "$work/out" out || ok=
    compare "$work/err" err || ok=
    compare "$work/exit" exit || ok=
    [ -n "$ok" ] || failed=$((failed + 1))
done
echo "cli: $ran cases, $failed failed"
[ $failed -eq 0 ]
