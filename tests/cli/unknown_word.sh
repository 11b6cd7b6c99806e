sentiment-cli classify --format jsn
