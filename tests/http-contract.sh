#!/bin/sh
# http-contract.sh BUILD - the promises of `serve`, with the tests' engine.
exec python3 tests/http/contract.py "${1:-build}"
