echo '{"topic":"news","payload":"{\"text\":\"Profit rose\"}"}' |
    sentiment-cli classify $FAKE --input-format kcat --field text
