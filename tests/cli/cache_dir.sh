dir=$(mktemp -d)
sentiment-cli classify $FAKE --cache-dir "$dir" -t 'Profit rose'
SENTIMENT_CACHE_DIR=$dir sentiment-cli classify $FAKE --precision bf16 -t 'Profit rose'
ls "$dir" | sed 's/^[0-9a-f]\{64\}/DIGEST/' | sort
rm -r "$dir"
