#!/bin/sh
# readme.sh BUILD - the README's program compiles and says what the README shows, and
# no document links to a file that is not there.
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

for document in *.md docs/*.md; do
    for link in $(grep -oE '\]\([^)#]+' "$document" | cut -c 3- | grep -v '^https\?:' || true); do
        [ -e "$(dirname "$document")/$link" ] || { echo "$document: links to $link, which is not there"; exit 1; }
    done
done
