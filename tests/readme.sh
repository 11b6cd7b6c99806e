#!/bin/sh
# readme.sh BUILD - the README's program compiles, what the README shows of it and
# of the command is what they say, and no document links to a file that is not there.
set -eu
build=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

awk '/^```c$/ {on = 1; next} /^```$/ {on = 0} on' README.md >"$work/hello.c"
${CC:-cc} -Wall -Wextra -Werror -Iinclude "$work/hello.c" -o "$work/hello" \
    -L"$build/lib" -lsentiment -Wl,-rpath,"$build/lib"
"$work/hello" >"$work/found"
awk '/^\$ cc / {getline; print}' README.md >"$work/shown"
diff -u "$work/shown" "$work/found" || { echo "README.md: its program says something else"; exit 1; }

# The lines under a command up to the dots, in which numbers are cut too.
shown() {
    awk -v command="$1" 'index($0, command) {on = 1; next} /^(…|\$ |```)/ {on = 0} on' README.md
}

says() {
    shown "$1" | while IFS= read -r line; do
        start=${line%%…*}
        end=${line##*…}
        grep -F -- "$start" "$work/found" | grep -qF -- "$end" || {
            echo "README.md: not what the command says: $line"
            exit 1
        }
    done
}

"$build/bin/sentiment-cli" classify --format table examples/headlines.txt >"$work/found"
says '$ sentiment-cli classify --format table'
"$build/bin/sentiment-cli" classify <examples/headlines.txt >"$work/found"
says '$ sentiment-cli classify < headlines.txt'
explained="explain --format table \"Profit rose 12% but the outlook is weak\""
eval "\"$build/bin/sentiment-cli\" $explained" >"$work/found"
says "\$ sentiment-cli $explained"

for document in *.md docs/*.md; do
    for link in $(grep -oE '\]\([^)#]+' "$document" | cut -c 3- | grep -v '^https\?:' || true); do
        [ -e "$(dirname "$document")/$link" ] || { echo "$document: links to $link, which is not there"; exit 1; }
    done
done
