#!/bin/sh
# run.sh BUILD [PICTURES] - the page of serve in a real browser; PICTURES is a
# folder for the pictures in the documents.
exec python3 tests/browser/page.py "$@"
