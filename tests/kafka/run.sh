#!/bin/sh
# run.sh BUILD [TEST…] - the commands that speak to Kafka, against a real broker:
# every test_*.py here, or those that are named as unittest names them
# (test_broker.TheReader). Says "skipped: why" where there can be no broker.
#
# KAFKA_VERSION takes another release than pom.xml's, KEEP=1 keeps the broker's
# folder. run.sh BUILD --with PROGRAM… runs another program in the same setting.
set -eu
BUILD=$(realpath "$1")
shift
here=tests/kafka
venv=build/kafka-venv
export BUILD PYTHONDONTWRITEBYTECODE=1

skip() {
    echo "kafka: skipped: $1"
    exit 0
}
exec 3>&1
why=$(python3 $here/broker.py jars 2>&1 >&3) || skip "$why"
if ! cmp -s $here/requirements.txt $venv/installed; then
    { python3 -m venv $venv && $venv/bin/pip --disable-pip-version-check install -q \
        -r $here/requirements.txt && cp $here/requirements.txt $venv/installed; } ||
        skip "the clients cannot be installed"
fi
if [ "${1-}" = --with ]; then
    shift
    exec $venv/bin/python "$@"
fi
cd $here
[ $# -gt 0 ] || set -- $(ls test_*.py | sed 's/\.py$//')
exec "$OLDPWD/$venv/bin/python" -W error::ResourceWarning -m unittest ${VERBOSE:+-v} "$@"
