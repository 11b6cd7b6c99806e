sentiment-cli classify --fromat json
sentiment-cli classify -sx
sentiment-cli classify -s-format=json
sentiment-cli --bogus
