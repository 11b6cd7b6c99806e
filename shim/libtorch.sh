#!/bin/sh
# libtorch.sh LINK - makes LINK point to a libtorch.
#
# With LIBTORCH=DIR that one (2.6 or newer: an official archive unpacked, the
# torch folder of a Python environment, Homebrew's); otherwise the pinned wheel
# of libtorch.pins, fetched once per user into the cache folder, of which only
# the headers and the CPU part are kept.
set -eu
link=$1
pins=$(dirname "$0")/libtorch.pins
platform=$(uname -s)-$(uname -m)

fail() {
    echo "libtorch: $*" >&2
    exit 1
}

point() {
    mkdir -p "$(dirname "$link")"
    [ "$(readlink "$link" 2>/dev/null)" = "$1" ] || ln -sfn "$1" "$link"
}

if [ -n "${LIBTORCH:-}" ]; then
    [ -e "$LIBTORCH/include/ATen/ATen.h" ] || fail "$LIBTORCH: no include/ATen/ATen.h there"
    point "$(cd "$LIBTORCH" && pwd)"
    exit 0
fi

requirements=$(awk -v p="$platform" '$1 == p {print $2 " --hash=sha256:" $3}' "$pins")
[ -n "$requirements" ] || fail "no wheel is pinned for $platform: give LIBTORCH=DIR"
version=$(echo "$requirements" | sed -n 's/^torch==\([^ ]*\).*/\1/p')
cache=${XDG_CACHE_HOME:-$HOME/.cache}/libsentiment
kept=$cache/libtorch-$version-$platform
if [ -e "$kept/complete" ]; then
    point "$kept"
    exit 0
fi

python3 -m pip --version >/dev/null 2>&1 || fail "python3 with pip is needed to fetch it"
mkdir -p "$cache"
# One at a time: another make may be fetching the same.
if command -v flock >/dev/null && [ -z "${LIBTORCH_LOCKED:-}" ]; then
    LIBTORCH_LOCKED=1 exec flock "$cache/lock" sh "$0" "$link"
fi
[ -e "$kept/complete" ] && exec sh "$0" "$link"
# What a fetch left that was cut.
[ -z "${LIBTORCH_LOCKED:-}" ] || rm -rf "$cache"/part.*

case $platform in
Linux-x86_64) tags="manylinux_2_28_x86_64 manylinux_2_25_x86_64 manylinux2014_x86_64" ;;
Linux-aarch64) tags="manylinux_2_28_aarch64 manylinux_2_25_aarch64 manylinux2014_aarch64" ;;
Darwin-arm64) tags="macosx_14_0_arm64 macosx_11_0_arm64" ;;
esac
part=$(mktemp -d "$cache/part.XXXXXX")
trap 'rm -rf "$part"' EXIT
trap 'exit 1' INT TERM
echo "$requirements" >"$part/requirements.txt"
echo "Fetching libtorch $version (about 570 MB, once per user) into $cache"
python3 -m pip --disable-pip-version-check --no-cache-dir download --no-deps --require-hashes \
    --only-binary=:all: --python-version 3.11 $(printf -- '--platform %s ' $tags) \
    -d "$part/wheels" -r "$part/requirements.txt" || fail "it could not be fetched"
echo "Unpacking the headers and the CPU part"
python3 - "$part" <<'END'
import glob, os, sys, zipfile
part = sys.argv[1]
out = os.path.join(part, "libtorch")
left_out = ("python", "cuda", "nvshmem", "nvrtc", "libshm", "global_deps", "libtorch.", "nvperf", "pcsampling",
            "libcheckpoint")
for wheel in glob.glob(os.path.join(part, "wheels", "*.whl")):
    with zipfile.ZipFile(wheel) as z:
        for name in z.namelist():
            base = os.path.basename(name)
            library = ".so" in base or base.endswith(".dylib")
            if name.startswith("torch/include/"):
                to = name[len("torch/"):]
            elif library and (base.startswith(("libcudart.", "libcupti.")) or name.startswith("torch/lib/")
                              and not any(word in base for word in left_out)):
                to = "lib/" + base
            else:
                continue
            to = os.path.join(out, to)
            if name.endswith("/"):
                continue
            os.makedirs(os.path.dirname(to), exist_ok=True)
            with z.open(name) as source, open(to, "wb") as f:
                while chunk := source.read(1 << 20):
                    f.write(chunk)
open(os.path.join(out, "complete"), "w").close()
END
rm -rf "$kept"
mv "$part/libtorch" "$kept"
point "$kept"
