sentiment-cli classify $FAKE --input-format jsonl <<'END'
{"id": 9007199254740993, "text": "Profit rose", "price": 0.10, "tags": ["a", {"b": null}]}
{"text": "the result's own label wins", "label": "mine", "é": "\u00e9"}
{"text": ""}

{"id": 5}
{"text": 7}
not json
END
