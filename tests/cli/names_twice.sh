# Of members with one name the last counts, of the text's columns the first.
echo '{"a":1,"text":"x","a":2,"text":"y"}' | sentiment-cli classify $FAKE --input-format jsonl
printf 'a,text,a,text\n1,x,2,y\n' | sentiment-cli classify $FAKE --input-format csv
printf 'a,text,a,text\n1,x,2,y\n' | sentiment-cli classify $FAKE --input-format csv --format csv
