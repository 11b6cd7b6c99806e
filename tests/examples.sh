#!/bin/sh
# examples.sh BUILD - the examples are short, build without warnings (make did
# that) and say what they should with the bundled model.
set -eu
bin=$1/examples
model=models/finsent-minilm

expect() {
    [ "$1" = "$2" ] || { printf 'expected:\n%s\nnot:\n%s\n' "$1" "$2"; exit 1; }
}

for file in examples/*.c examples/*.py examples/go/*.go; do
    [ "$(wc -l <"$file")" -lt 60 ] || { echo "$file: 60 lines or more"; exit 1; }
done
# Whoever copies one has no -D_GNU_SOURCE.
for file in examples/*.c; do
    ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Iinclude -fsyntax-only "$file"
done
lines='Profit doubled.
The plant will close and the dividend is cut.'
expect positive "$("$bin/classify" $model 'Profit doubled.' | cut -d' ' -f1)"
expect "models/nowhere/config.json: No such file or directory" "$("$bin/classify" models/nowhere x 2>&1 || true)"
expect 2 "$("$bin/batch" $model 'Profit doubled.' 'Sales fell.' | grep -c '^negative .* positive ')"
expect "1 positive
2 negative" "$(echo "$lines" | "$bin/callback" $model | cut -d' ' -f1,2 | sort)"
expect "positive
negative" "$(echo "$lines" | "$bin/stream" $model)"
expect "   101  
  5618  Profit
  3123  rose
   102  " "$("$bin/tokenize" $model 'Profit rose')"
expect "computed positive
known    positive
computed negative" "$(printf 'Profit rose.\nProfit rose.\nSales fell.\n' | "$bin/cache" $model)"
expect "negative 0.95 -> alerts-news
negative 0.55 -> negative-news
positive 0.80 -> positive-news
unknown 0.00 -> unknown-news" "$("$bin/route" | grep ' -> ' | tail -4)"
expect "negative 2
neutral 0
positive 4" "$(printf '%s\n%s\n%s\n' "$lines" "$lines" "Profit doubled.
Profit doubled." | "$bin/threads" $model)"
expect "negative
positive" "$(echo "$lines" | "$bin/eventloop" $model | sort)"
expect "positive-news: a	Profit doubled.
negative-news: b	Sales fell.
committed 2" "$(printf 'a\tProfit doubled.\nb\tSales fell.\n' | "$bin/enrich" $model)"
