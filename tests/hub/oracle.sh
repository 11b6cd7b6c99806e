#!/bin/sh
# oracle.sh BUILD - the command's cache and conversions against the official
# huggingface_hub (the last 1.x that was looked at, and a 2.x) and safetensors.
set -eu
B=$(realpath "$1")
export B
for version in 1.28.0 2.4.0; do
    venv=$PWD/build/hub-venv-$version
    if [ ! -e "$venv/installed" ]; then
        { python3 -m venv "$venv" && "$venv/bin/pip" --disable-pip-version-check install -q \
            huggingface_hub==$version -r tests/hub/requirements.txt && touch "$venv/installed"; } || {
            echo "huggingface_hub $version: skipped: it cannot be installed"
            continue
        }
    fi
    echo "huggingface_hub $version"
    (cd tests/hub && timeout 300 "$venv/bin/python" -B oracle.py)
done
