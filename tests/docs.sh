#!/bin/sh
# docs.sh BUILD - every command line ("$ …") that README.md, docs/install.md,
# docs/faq.md and docs/migrating.md show is run here, unless its line says "not
# run here", or it is of those that other tests run. It has to succeed.
set -eu
build=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PATH=$build/bin:$PATH
mkdir "$work/here" "$work/here/examples"
cp examples/headlines.txt "$work/here"
cp examples/headlines.txt "$work/here/examples"
printf 'title,source\nProfit doubled.,wire\n' >"$work/here/news.csv"
printf '{"label":"positive","text":"Profit doubled."}\n{"label":"negative","text":"Sales fell."}\n' >"$work/here/test.jsonl"
ran=0
for document in README.md docs/install.md docs/faq.md docs/migrating.md; do
    sed -n 's/^\$ //p' "$document" >"$work/commands"
    while IFS= read -r line; do
        case $line in
        *"not run here"*) continue ;;
        "cc "*) continue ;;                    # tests/readme.sh
        "kcat "*) continue ;;                  # tests/cli/kcat.sh
        "sentiment-cli serve --help"* | "sentiment-cli enrich --help"*) ;;
        "sentiment-cli serve"*) continue ;;    # tests/http-docs.sh
        "sentiment-cli enrich"*) continue ;;   # tests/kafka/
        "sentiment-cli model "*) continue ;;   # tests/hub.sh
        esac
        (cd "$work/here" && timeout 120 sh -c "$line") >"$work/out" 2>&1 </dev/null || {
            echo "$document: this fails: $line"
            cat "$work/out"
            exit 1
        }
        [ -s "$work/out" ] || case $line in *">"*) ;; *)
            echo "$document: this says nothing: $line"
            exit 1
            ;;
        esac
        ran=$((ran + 1))
    done <"$work/commands"
done
[ $ran -ge 10 ] || { echo "only $ran commands found in the documents"; exit 1; }
