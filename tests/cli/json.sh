printf 'one\n\ntwo\n' | sentiment-cli classify $FAKE --format json
sentiment-cli classify $FAKE --format json </dev/null
