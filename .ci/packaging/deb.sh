#!/bin/sh
# deb.sh BUILD VERSION - builds the Debian packages of what is in BUILD, for this
# machine's Debian, in BUILD/deb. COMPRESSION=gzip is quicker than xz.
set -eu
source=$(pwd)
build=$(realpath "$1")
version=$2
case $(head -1 .ci/packaging/debian/changelog) in
"libsentiment ($version-"*) ;;
*) echo ".ci/packaging/debian/changelog does not begin with $version" >&2; exit 1 ;;
esac
rm -rf "$build/deb"
mkdir -p "$build/deb/libsentiment"
cp -r .ci/packaging/debian "$build/deb/libsentiment"
cd "$build/deb/libsentiment"
SOURCE=$source BUILD=$build dpkg-buildpackage -b -us -uc -nc >../log 2>&1 || {
    tail -20 ../log >&2
    exit 1
}
ls "$build"/deb/*.deb
