sentiment-cli eval $FAKE
