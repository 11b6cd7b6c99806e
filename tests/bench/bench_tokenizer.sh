#!/bin/sh
# bench_tokenizer.sh BUILD - installs the official library and gigatoken into
# build/tokenizer-venv, once, and runs bench_tokenizer.py. TEXT=FILE is the
# running text, ROBERTA_TOKENIZER=DIR RoBERTa's own tokenizer.
set -eu
venv=${VENV:-build/tokenizer-venv}
if [ -z "${VENV:-}" ] && [ ! -e "$venv/installed" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" --disable-pip-version-check install -q -r tests/oracle/requirements.txt
    "$venv/bin/pip" --disable-pip-version-check install -q gigatoken==0.10.0 ||
        echo "gigatoken: skipped: it cannot be installed"
    touch "$venv/installed"
fi
exec "$venv/bin/python" tests/bench/bench_tokenizer.py "$1/tests/bench_tokenizer" ${TEXT:+"$TEXT"}
