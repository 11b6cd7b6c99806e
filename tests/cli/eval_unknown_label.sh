printf '{"text":"a","label":"neutral"}\n{"text":"b","label":"bullish"}\n' |
    sentiment-cli eval $FAKE --labels -
