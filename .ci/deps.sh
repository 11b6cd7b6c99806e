#!/bin/sh
# deps.sh SECTION... - installs the packages of .ci/packages that are missing,
# after saying which; quiet when there are none.
set -eu
list=$(dirname "$0")/packages
wanted=
for section in "$@"; do
    wanted="$wanted$(awk -v s="$section" '$1 == s {printf " %s:%s", $2, $3}' "$list")"
done
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This system is not Debian-like, so nothing is installed here. Needed are" \
        "what these Debian packages hold, under whatever name:" >&2
    echo "$wanted" | sed 's/:[^ ]*//g; s/^/   /' >&2
    echo "With them in place, make all, make test and make install work as described." >&2
    exit 0
fi
missing=
for entry in $wanted; do
    package=${entry%%:*} program=${entry#*:}
    # Node's own package brings npm and conflicts with Debian's.
    [ -z "$program" ] || ! command -v "$program" >/dev/null || continue
    case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
    installed) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0
as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
        echo "Packages are missing, and there is no sudo: as root, apt-get install$missing" >&2
        exit 1
    }
    as_root="sudo env DEBIAN_FRONTEND=noninteractive"
fi
echo "Installing with apt-get${as_root:+, by sudo}:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
