sentiment-cli
