sentiment-cli classify $FAKE --input-format kcat <<'END'
{"topic":"news","partition":0,"offset":9007199254740993,"key":null,"payload":"Profit rose"}
{
  "topic": "news",
  "value": "a brace { in a string",
  "offset": 2
}
{"topic":"news","payload":null}
{"topic":"news"}
END
