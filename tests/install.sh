#!/bin/sh
# install.sh BUILD - installs, builds a program outside the tree through
# pkg-config, runs it and the command, uninstalls: nothing is left.
set -eu
build=$1
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
root=$stage/usr/local

# quiet_make TARGET [VARIABLE=…]
quiet_make() {
    make --no-print-directory B="$build" DESTDIR="$stage" PREFIX=/usr/local "$@" >"$stage.log" 2>&1 || {
        cat "$stage.log"
        exit 1
    }
    rm -f "$stage.log"
}

quiet_make install
export PKG_CONFIG_PATH="$root/lib/pkgconfig"
flags=$(pkg-config --define-prefix --cflags --libs sentiment)
static=$(pkg-config --define-prefix --static --cflags --libs sentiment)
[ "$(pkg-config --modversion sentiment)" = "$("$root/bin/sentiment-cli" --version | awk '{print $NF}')" ] || {
    echo "the version of sentiment.pc is not the command's"
    exit 1
}
mkdir "$stage/outside"
cp examples/classify.c "$stage/outside"
(
    cd "$stage/outside"
    ${CC:-cc} classify.c -o shared $flags
    ${CC:-cc} classify.c -o static "$root/lib/libsentiment.a" $(echo "$static" | sed 's/-lsentiment//')
)
answer=$(LD_LIBRARY_PATH="$root/lib" "$stage/outside/shared" "$root/share/sentiment/models/finsent-minilm" "Profit doubled.")
case $answer in
positive*) ;;
*) echo "the outside program says: $answer"; exit 1 ;;
esac
# The static one looks for the engine in ../lib/sentiment of its own folder.
cp "$stage/outside/static" "$root/bin/outside"
answer=$("$root/bin/outside" "$root/share/sentiment/models/finsent-minilm" "Profit doubled.")
rm "$root/bin/outside"
case $answer in
positive*) ;;
*) echo "the static program says: $answer"; exit 1 ;;
esac
answer=$("$root/bin/sentiment-cli" classify -t "Profit doubled.")
case $answer in
'{"label":"positive"'*) ;;
*) echo "the installed command says: $answer"; exit 1 ;;
esac
for file in "$root/bin/sentiment-cli" "$root"/lib/libsentiment.so "$root"/lib/sentiment/libsentiment_torch.so; do
    if readelf -d "$file" | grep -E 'R(UN)?PATH' | grep -vq 'ORIGIN'; then
        echo "$file: its run path points out of the installation"
        exit 1
    fi
done
quiet_make uninstall
rm -r "$stage/outside"

# Libraries in a folder of another depth.
quiet_make install LIBDIR=/usr/local/lib/multi/arch
answer=$("$root/bin/sentiment-cli" classify -t "Profit doubled.")
case $answer in
'{"label":"positive"'*) ;;
*) echo "with another LIBDIR the installed command says: $answer"; exit 1 ;;
esac
pkg-config --define-prefix --libs sentiment 2>/dev/null && { echo "two sentiment.pc"; exit 1; }
PKG_CONFIG_PATH=$root/lib/multi/arch/pkgconfig pkg-config --libs sentiment | grep -q -- '-L/usr/local/lib/multi/arch ' || {
    echo "sentiment.pc does not name the other LIBDIR"
    exit 1
}
quiet_make uninstall LIBDIR=/usr/local/lib/multi/arch
left=$(find "$stage" ! -type d)
[ -z "$left" ] || { echo "uninstall leaves:" $left; exit 1; }
