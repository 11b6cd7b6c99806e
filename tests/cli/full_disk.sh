[ -c /dev/full ] || { cat full_disk.err >&2; exit 1; }
sentiment-cli model path ../vectors >/dev/full
sentiment-cli classify $FAKE -t x >/dev/full
