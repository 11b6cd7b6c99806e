#!/bin/sh
# image.sh - builds the Dockerfile and runs what is in it, without Docker and its
# registry: buildah, over a root of debootstrap's in place of debian:bookworm. Run
# as root, before a release and whenever dependencies change; takes 5 GB and some
# minutes. MIRROR=URL takes another Debian mirror, CA_BUNDLE=FILE adds certificates.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
[ "$(id -u)" = 0 ] || { echo "skipped: only root can make a root" >&2; exit 1; }
for tool in debootstrap buildah; do
    command -v $tool >/dev/null || apt-get install -y -qq --no-install-recommends $tool >/dev/null
done
work=$(mktemp -d)
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs
image() {
    buildah --root "$work/storage" --runroot "$work/run" "$@"
}
leave() {
    image rm --all >"$work/log" 2>&1 || true
    rm -rf "$work"
}
trap leave EXIT
trap 'exit 1' INT TERM

debootstrap --variant=minbase --include=ca-certificates bookworm "$work/root" ${MIRROR:-} >"$work/log" 2>&1 || {
    tail -5 "$work/log"
    exit 1
}
# The machine's own way to Debian's packages, if it has one.
cp /etc/apt/sources.list "$work/root/etc/apt/" 2>/dev/null || true
cp -r /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/apt/keyrings "$work/root/etc/apt/" 2>/dev/null || true
if [ -n "${CA_BUNDLE:-}" ]; then
    cp "$CA_BUNDLE" "$work/root/etc/ssl/ca-bundle.pem"
fi
base=$(image from scratch)
image add -q "$base" "$work/root" / >/dev/null
[ -z "${CA_BUNDLE:-}" ] || image config --env PIP_CERT=/etc/ssl/ca-bundle.pem "$base"
for tag in bookworm bookworm-slim; do
    image commit -q "$base" docker.io/library/debian:$tag >/dev/null
done
git clone -q "$here" "$work/source"
image build --pull-never --network host -f "$work/source/.ci/packaging/Dockerfile" -t sentiment "$work/source" \
    >"$work/log" 2>&1 || {
    tail -20 "$work/log"
    exit 1
}
container=$(image from --pull-never localhost/sentiment:latest)
run() {
    image run --user nobody "$container" -- "$@"
}
run sentiment-cli classify -t "Profit doubled." | tee "$work/said"
grep -q '"label":"positive"' "$work/said"
run sh -c 'sentiment-cli serve --host 127.0.0.1 --port 0 & p=$!; sleep 5; kill $p; wait $p' >"$work/said" 2>&1
grep -q 'ready: the model is loaded' "$work/said" || { cat "$work/said"; exit 1; }
echo "the image classifies, serves and stops, as nobody"
