#!/bin/sh
# dist.sh - `make dist` gives the same bytes each time, all that git has and
# nothing else, and what is in it builds and classifies.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git rev-parse HEAD >/dev/null 2>&1 || { echo "skipped: not a clone, so there is no commit to pack"; exit 0; }

pack() {
    tarball=$(make --no-print-directory B="$work/$1" dist)
    cp "$tarball" "$work/$1.tar.gz"
}
pack one
(umask 077 && TZ=Asia/Tokyo LC_ALL=C pack two)
cmp "$work/one.tar.gz" "$work/two.tar.gz"
tar -xzf "$work/one.tar.gz" -C "$work"
tree=$(ls -d "$work"/libsentiment-*)
git ls-tree -r --name-only HEAD | sort >"$work/wanted"
(cd "$tree" && find . ! -type d | cut -c 3- | sort) | diff "$work/wanted" -

# Without optimization, to be quick.
make --no-print-directory -C "$tree" -j"$(getconf _NPROCESSORS_ONLN)" CFLAGS=-O0 CXXFLAGS=-O0 all >"$work/log" 2>&1 || {
    tail -20 "$work/log"
    exit 1
}
answer=$("$tree/build/bin/sentiment-cli" classify -t "Profit doubled.")
case $answer in
'{"label":"positive"'*) ;;
*) echo "built from the tarball, the command says: $answer"; exit 1 ;;
esac
