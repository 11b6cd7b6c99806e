sentiment-cli classify $FAKE --label-map negative=bad,neutral=so-so,positive=good \
    --scores -t 'Profit rose'
