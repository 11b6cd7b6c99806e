sentiment-cli classify $FAKE --device cuda -t x
