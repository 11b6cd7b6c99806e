#!/bin/sh
# fresh-machine.sh [FOLDER] - proves the README's two commands in a bare Debian 12:
# debootstrap's minimal root with make, git and CA certificates, a clone of this
# repository, nothing else. Run as root, before a release and whenever
# dependencies change. FOLDER (a new one, 6 GB) stays for looking when it fails.
#
# MIRROR=URL takes another Debian mirror, CA_BUNDLE=FILE adds certificates.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
root=${1:-$(mktemp -d)}
[ "$(id -u)" = 0 ] || { echo "skipped: only root can make a root" >&2; exit 1; }
command -v debootstrap >/dev/null || apt-get install -y -qq debootstrap >/dev/null

debootstrap --variant=minbase --include=make,git,ca-certificates bookworm "$root" ${MIRROR:-} >"$root.log" 2>&1 || {
    tail -5 "$root.log"
    exit 1
}
if [ -n "${CA_BUNDLE:-}" ]; then
    cp "$CA_BUNDLE" "$root/etc/ssl/ca-bundle.pem"
    certificates="PIP_CERT=/etc/ssl/ca-bundle.pem REQUESTS_CA_BUNDLE=/etc/ssl/ca-bundle.pem SSL_CERT_FILE=/etc/ssl/ca-bundle.pem"
fi
# The machine's own way to Debian's packages, if it has one.
cp /etc/apt/sources.list "$root/etc/apt/" 2>/dev/null || true
cp -r /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/apt/auth.conf.d /etc/apt/keyrings "$root/etc/apt/" 2>/dev/null || true
cp /etc/pip.conf "$root/etc/" 2>/dev/null || true
cp /etc/resolv.conf /etc/hosts "$root/etc/"
git clone -q "$here" "$root/root/libsentiment"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --bind /dev/pts "$root/dev/pts"
leave() {
    umount "$root/dev/pts" "$root/dev" "$root/proc"
}
trap leave EXIT
for target in run test; do
    echo "== make $target"
    env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb ${certificates:-} \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
        ${PIP_INDEX_URL:+PIP_INDEX_URL="$PIP_INDEX_URL"} \
        chroot "$root" make -C /root/libsentiment $target
done
echo "both commands passed on a bare Debian 12"
leave
trap - EXIT
rm -rf "$root" "$root.log"
