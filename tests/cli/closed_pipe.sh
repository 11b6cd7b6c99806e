code=$(mktemp)
{ yes 'some text' | sentiment-cli classify $FAKE; echo $? >"$code"; } | head -n 1
cat "$code"; rm "$code"
