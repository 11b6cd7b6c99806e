#!/bin/sh
# bench.sh BUILD - installs the peers into build/bench-venv, once, and runs
# bench.py; figures go to build/bench.json too, plots of them to build/bench.svg and bench-2.svg. VENV=DIR takes another one.
set -eu
venv=${VENV:-build/bench-venv}
if [ -z "${VENV:-}" ] && [ ! -e "$venv/installed" ]; then
    echo "Installing the peers into $venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" --disable-pip-version-check install -q -r tests/vectors/tiny/requirements.txt
    for peer in onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0 openvino==2026.4.1 nncf==3.4.0 ctranslate2==4.8.5; do
        "$venv/bin/pip" --disable-pip-version-check install -q "$peer" || echo "skipped: $peer cannot be installed"
    done
    touch "$venv/installed"
fi
"$venv/bin/python" tests/bench/bench.py "$1" build/bench.json
"$venv/bin/python" tests/bench/plot.py build/bench.json build
