#!/bin/sh
# deb.sh BUILD - the Debian packages: lintian finds nothing, they install into a
# root of their own with dpkg, work there, and are removed without a trace.
set -eu
build=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for tool in dpkg-buildpackage dh lintian; do
    command -v $tool >/dev/null || { echo "skipped: $tool is not here"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: dpkg installs for root only"; exit 0; }
sh .ci/packaging/deb.sh "$build" "$("$build/bin/sentiment-cli" --version | cut -d' ' -f2)" >"$work/packages"
[ "$(wc -l <"$work/packages")" = 4 ] || { echo "expected 4 packages:"; cat "$work/packages"; exit 1; }
lintian --allow-root --fail-on error,warning "$build"/deb/*.changes

# What they depend on is this machine's: a root with nothing else in it.
root=$work/root
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/etc"
: >"$root/var/lib/dpkg/status"
find "$root" ! -path "$root/var/lib/dpkg*" | sort >"$work/before"
in_root() {
    dpkg --root="$root" --force-depends "$@" >"$work/log" 2>&1 || {
        cat "$work/log"
        exit 1
    }
}
in_root --install $(cat "$work/packages")
lib=$(dirname "$root"/usr/lib/*/libsentiment.so.0)
answer=$(env -i LD_LIBRARY_PATH="$lib" "$root/usr/bin/sentiment-cli" classify -t "Profit doubled.")
case $answer in
'{"label":"positive"'*) ;;
*) echo "the packaged command says: $answer"; exit 1 ;;
esac
for file in usr/share/man/man1/sentiment-cli-classify.1.gz usr/share/man/man3/sentiment_classify.3.gz \
    lib/systemd/system/sentiment-serve.service usr/share/bash-completion/completions/sentiment-cli; do
    [ -e "$root/$file" ] || { echo "$file is in no package"; exit 1; }
done
in_root --purge sentiment-cli sentiment-model-finsent-minilm libsentiment-dev libsentiment0
find "$root" ! -path "$root/var/lib/dpkg*" | sort >"$work/after"
diff "$work/before" "$work/after" || { echo "removing the packages leaves these (>)"; exit 1; }
