sentiment-cli classify $FAKE --input-format jsonl --format tsv <<'END'
{"id": 1, "who": "a\tb", "text": "tab\there \\ and\nnewline"}
{"who": null, "id": 10000000000000000000000, "text": "x", "more": true}
END
