echo 'Profit rose' | sentiment-cli classify $FAKE --scores
