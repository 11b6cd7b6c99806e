#!/bin/sh
# exports.sh BUILD - only sentiment_* leaves the library, only snt_engine the
# engine, and nothing without a prefix is global in the static library.
set -eu
build=$1

names() {
    nm "$@" | awk 'NF >= 3 && $(NF - 1) ~ /^[TDBRVWi]$/ {print $NF}' | sed 's/@.*//' | sort -u
}

check() {
    what=$1 pattern=$2 found=$3
    wrong=$(echo "$found" | grep -vE "$pattern" || true)
    [ -n "$found" ] || { echo "$what: exports nothing"; exit 1; }
    [ -z "$wrong" ] || { echo "$what: must not export:" $wrong; exit 1; }
}

check libsentiment.so '^sentiment_' "$(names -D --defined-only "$build/lib/libsentiment.so")"
check libsentiment_torch.so '^snt_engine$' "$(names -D --defined-only "$build/lib/sentiment/libsentiment_torch.so")"
check libsentiment.a '^(sentiment|snt)_' "$(names -g --defined-only "$build/lib/libsentiment.a")"

# Every function that the headers promise is there.
exported=$(names -D --defined-only "$build/lib/libsentiment.so")
for name in $(cat include/sentiment/*.h | grep -oE '\bsentiment_[a-z_0-9]+\(' | tr -d '(' | sort -u); do
    echo "$exported" | grep -qx "$name" || { echo "declared and not there: $name"; exit 1; }
done

# Symbols carry the version that the file's name does.
soname=$(readelf -d "$build/lib/libsentiment.so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
node=$(sed -n 's/^\(SENTIMENT_[0-9]*\) {/\1/p' lib/libsentiment.map)
[ "$soname" = "libsentiment.so.${node#SENTIMENT_}" ] || { echo "$soname exports symbols of ${node:-no version}"; exit 1; }
nm -D --defined-only "$build/lib/libsentiment.so" | grep -q "sentiment_classify@@$node" || {
    echo "sentiment_classify is not of $node"
    exit 1
}
