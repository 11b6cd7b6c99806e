[ -c /dev/full ] || { echo "sentiment-cli: standard output: No space left on device" >&2; exit 1; }
sentiment-cli classify $FAKE -t x >/dev/full
