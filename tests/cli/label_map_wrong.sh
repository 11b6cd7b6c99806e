sentiment-cli classify $FAKE --label-map nope=bad -t 'Profit rose'
