sentiment-cli classify --fromat json
sentiment-cli classify -sx
sentiment-cli --bogus
