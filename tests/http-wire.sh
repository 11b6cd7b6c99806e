#!/bin/sh
# http-wire.sh BUILD - serve against clients that misbehave.
exec python3 tests/http/wire.py "$1"
