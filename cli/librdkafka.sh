#!/bin/sh
# librdkafka.sh DIR - builds the pinned librdkafka into DIR, to be linked into
# the command: librdkafka.a, include/, and libs, what else it needs.
#
# Debian 12 has 2.0.2, which is sound, but cannot log in by SCRAM to Kafka 4,
# has no OIDC, and is half as fast with transactions. The whole source of a
# newer one is part of a Node package.
set -eu
package=@confluentinc/kafka-javascript@1.10.1
sha256=ada7d703bb1d3237e2292bfabf438d663b6160c9f1ac2a2406b5dc4257c81b66
dir=$1
[ "$(cat "$dir/package" 2>/dev/null)" = "$package" ] && exit 0
command -v npm >/dev/null || {
    echo "librdkafka's source comes through npm, which is not here" >&2
    exit 1
}
rm -rf "$dir"
mkdir -p "$dir/source"
dir=$(cd "$dir" && pwd)
echo "Fetching librdkafka's source (3 MB) and building it (about a minute)"
(cd "$dir" && npm pack --silent "$package" >/dev/null)
echo "$sha256  $(ls "$dir"/*.tgz)" | sha256sum -c --quiet -
tar -xzf "$dir"/*.tgz -C "$dir/source" --strip-components=3 package/deps/librdkafka
cd "$dir/source"
{
    ./configure --disable-gssapi --disable-lz4-ext --prefix="$dir/none"
    make -j"$(getconf _NPROCESSORS_ONLN)" -C src librdkafka.a
} >"$dir/log" 2>&1 || {
    tail -n 20 "$dir/log" >&2
    exit 1
}
mkdir -p "$dir/include/librdkafka"
cp src/rdkafka.h src/rdkafka_mock.h "$dir/include/librdkafka/"
cp src/librdkafka.a "$dir/"
sed -n 's/^LIBS[^=]*=//p' Makefile.config | tr '\t\n' '  ' >"$dir/libs"
cd "$dir"
rm -rf source ./*.tgz
echo "$package" >package
