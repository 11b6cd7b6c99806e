#!/bin/sh
# run.sh BUILD - compares our tokenizer with the official library on strings made
# by rule, over the committed tokenizers and, where it is there, RoBERTa's own
# (ROBERTA_TOKENIZER=DIR). STRINGS=N sets how many a rule makes, SEED their seed.
set -eu
build=$1
here=tests/oracle
venv=build/oracle-venv
if [ ! -e "$venv/installed" ]; then
    { python3 -m venv "$venv" && "$venv/bin/pip" --disable-pip-version-check install -q \
        -r "$here/requirements.txt" && touch "$venv/installed"; } || {
        echo "skipped: the official library cannot be installed"
        exit 0
    }
fi
roberta=${ROBERTA_TOKENIZER:-../shared/data/roberta-tokenizer}
[ -e "$roberta/tokenizer.json" ] || {
    echo "RoBERTa's own tokenizer: skipped: ROBERTA_TOKENIZER names no folder that holds it"
    roberta=
}
exec "$venv/bin/python" "$here/differential.py" "$build/tests/encode_stream" "${STRINGS:-2000}" "${SEED:-1}" \
    models/finsent-minilm tests/vectors/tokenizer/roberta tests/vectors/tokenizer/roberta-prefix \
    tests/vectors/tokenizer/roberta-untrimmed tests/vectors/tokenizer/odd-bpe tests/vectors/tokenizer/uncased \
    tests/vectors/tokenizer/cased tests/vectors/tokenizer/odd-bert $roberta
