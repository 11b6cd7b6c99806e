sentiment-cli clasify
