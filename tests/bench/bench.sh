#!/bin/sh
# bench.sh BUILD - installs the peers into build/bench-venv, once, and runs
# bench.py; figures go to build/bench.json too. VENV=DIR takes another one.
set -eu
venv=${VENV:-build/bench-venv}
if [ -z "${VENV:-}" ] && [ ! -e "$venv/installed" ]; then
    echo "Installing the peers into $venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" --disable-pip-version-check install -q -r tests/vectors/tiny/requirements.txt
    touch "$venv/installed"
fi
exec "$venv/bin/python" tests/bench/bench.py "$1" build/bench.json
