#!/bin/sh
# docs.sh BUILD - the command lines that the documents show are run, and print what is shown.
exec python3 tests/docs.py "$1"
