sentiment-cli info $FAKE --workers 3 | sed '/^version/d'
sentiment-cli info $FAKE --workers 3 --format json | sed 's/"version":"[^"]*"/"version":V/'
