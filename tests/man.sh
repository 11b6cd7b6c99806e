#!/bin/sh
# man.sh BUILD - the manual pages: every command and every public function has
# one, no option is missing, and the formatters find nothing wrong.
set -eu
cli=$1/bin/sentiment-cli
man=$1/man
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make --no-print-directory B="$1" man >/dev/null

fail() {
    echo "$@"
    exit 1
}

"$cli" help --commands >"$work/commands"
while read -r command; do
    name=sentiment-cli-$(echo "$command" | tr ' ' -)
    page=$man/$name.1
    above=sentiment-cli$(echo " $command" | sed 's/ [^ ]*$//' | tr ' ' -)
    [ -e "$page" ] || fail "there is no page for $command"
    sed 's/\\-/-/g' "$page" >"$work/page"
    for option in $("$cli" $command --help </dev/null | sed -n 's/^  \(-.,\|   \) \(--[a-z-]*\).*/\2/p'); do
        grep -q -- "fB$option.fR" "$work/page" || fail "$page: $option is not there"
    done
    sed 's/\\-/-/g' "$man/$above.1" | grep -q "fB$name.fR(1)" || fail "$above.1: $command is not there"
    grep -q "^.TH $(echo "$name" | tr a-z A-Z) 1 " "$work/page" || fail "$page: its title is not its name"
done <"$work/commands"

# What the headers declare, each with the page of its header.
for function in $(cat include/sentiment/*.h | grep -oE '\bsentiment_[a-z_0-9]+\(' | tr -d '(' | sort -u); do
    grep -q "^.SS $function$" "$man/$function.3" || fail "there is no page for $function(3)"
done
grep -q '^.SH NAME' "$man/sentiment.3" || fail "sentiment(3) is empty"

pages=$(find "$man" -name '*.[13]' -type f)
if command -v groff >/dev/null; then
    groff -man -Tutf8 -ww -z $pages >"$work/lint" 2>&1
    [ -s "$work/lint" ] && fail "groff: $(head -5 "$work/lint")"
else
    echo "skipped: groff is not here"
fi
if command -v mandoc >/dev/null; then
    # Pages of one source are the same whenever they are made: without a date.
    mandoc -T lint -W warning $pages | grep -v 'missing date' >"$work/lint" || true
    [ -s "$work/lint" ] && fail "mandoc: $(head -5 "$work/lint")"
else
    echo "skipped: mandoc is not here"
fi
exit 0
