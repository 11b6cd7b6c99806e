#!/bin/sh
# From raw data to the finished model directory, on one core in about two and a half hours when it is quiet:
#
#     models/train/run.sh DATA_DIR OUT_DIR
#
# DATA_DIR holds labelled/ (OUT_DIR/README.md names their sources).
# Intermediate results land in $WORK (build/train unless set). Call it again after
# an interruption: a step whose output exists is skipped.
set -eu
[ $# -eq 2 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
data=$1
out=$2
work=${WORK:-$here/../../build/train}
venv=${VENV:-$work/../train-venv}
export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false
mkdir -p "$work"

[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
if [ ! -e "$venv/installed" ]; then
    "$venv/bin/pip" install -r "$here/requirements.txt"
    "$venv/bin/pip" freeze >"$venv/installed"
fi

for step in b2 w f m s t u o0 o1 o2 g h i j p z c; do
    "$venv/bin/python" -u "$here/train.py" $step "$data" "$work"
done
if [ ! -e "$out/model.safetensors" ]; then
    "$venv/bin/python" "$here/finish.py" "$data" "$work" "$out" z c j p
    "$venv/bin/python" "$here/card.py" "$work" "$out"
fi
