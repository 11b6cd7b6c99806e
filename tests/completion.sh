#!/bin/sh
# completion.sh BUILD - what the shells offer, asked of the shells themselves.
set -eu
cli=$(realpath "$1")/bin/sentiment-cli
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PATH=$(dirname "$cli"):$PATH
for shell in bash zsh fish; do
    "$cli" help --completion $shell >"$work/$shell"
done
mkdir "$work/here" "$work/here/folder"
touch "$work/here/file one"

# Each offers what may follow the words, the last of which is being typed.
offer_bash() {
    bash -c 'cd "$1" && . "$2" && shift 2 && COMP_WORDS=(sentiment-cli "$@") && COMP_CWORD=$# &&
        _sentiment_cli && printf "%s\n" "${COMPREPLY[@]}"' bash "$work/here" "$work/bash" "$@" </dev/null | sed '/^$/d'
}

offer_fish() {
    fish --no-config -c 'cd $argv[1]; source $argv[2]; complete -C "sentiment-cli $argv[3..]"' \
        "$work/here" "$work/fish" "$@" </dev/null | cut -f 1
}

# expect SHELL WANTED WORD…: exactly the words WANTED.
expect() {
    shell=$1 wanted=$2
    shift 2
    found=$("offer_$shell" "$@" | sort | paste -sd ' ' -)
    [ "$found" = "$wanted" ] || {
        echo "$shell, after \"$*\": expected \"$wanted\", not \"$found\""
        exit 1
    }
}

check() {
    "$cli" help --commands >"$work/commands"
    while read -r command; do
        options=$("$cli" $command --help | sed -n 's/^  \(-.,\|   \) \(--[a-z-]*\).*/\2/p' | sort | paste -sd ' ' -)
        expect "$1" "$options" $command --
    done <"$work/commands"
    expect "$1" classify cl
    expect "$1" path model pat
    expect "$1" "csv json ndjson table tsv" classify --format ''
    expect "$1" "table tsv" classify -f t
    expect "$1" "auto bf16 fp16 fp32 int8" info --precision ''
    expect "$1" "" classify --workers ''
}

check bash
expect bash "file one folder" classify ''
expect bash "folder" info --model ''
expect bash "ndjson" classify --format = nd
expect bash "bash fish zsh" help --completion ''
expect bash "" info ''
if command -v fish >/dev/null; then
    check fish
    expect fish "file one folder/" classify ''
    expect fish "folder/" info --model ''
else
    echo "skipped: fish is not here"
fi
if command -v zsh >/dev/null; then
    zsh -n "$work/zsh"
else
    echo "skipped: zsh is not here"
fi
