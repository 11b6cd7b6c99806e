#!/bin/sh
# http-docs.sh BUILD - the commands of docs/http-api.md say what it shows.
exec python3 tests/http/docs.py "$1"
