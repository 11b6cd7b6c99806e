echo '{"headline":"Profit rose","id":1}' |
    sentiment-cli classify $FAKE --input-format jsonl --field headline
