set -- $FAKE
SENTIMENT_MODEL=$4 sentiment-cli classify $1 $2 -t 'Profit rose'
SENTIMENT_MODEL=/nonexistent sentiment-cli classify $FAKE -t 'Profit rose'
