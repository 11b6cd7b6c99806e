#!/bin/sh
# http-dashboard.sh BUILD - the dashboard for Grafana asks for what /metrics has.
exec python3 tests/http/dashboard.py "$1"
