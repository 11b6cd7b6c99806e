#!/bin/sh
# hub.sh BUILD - the command's `model` against an imitation of the Hugging Face hub.
set -eu
B=$(realpath "$1")
export B
cd tests/hub
exec timeout 600 python3 -B -m unittest -q
