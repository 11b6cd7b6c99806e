sentiment-cli classify --fromat json
