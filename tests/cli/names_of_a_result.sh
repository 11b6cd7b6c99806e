# What came in under a result's own names is not taken for the result's.
sentiment-cli classify $FAKE --input-format jsonl <<'END'
{"id": 1, "text": "a", "error": "e", "line": 7, "file": "f", "label": "x", "score": 9, "scores": 3, "truncated": 9, "windows": 2}
{"id": 2, "error": "old", "line": 7, "label": "x", "score": 9}
END
table='id,text,error,line,truncated,windows,scores.negative,label
1,a,e,7,true,9,0.5,x'
for format in ndjson csv tsv "csv --scores"; do
    echo "$table" | sentiment-cli classify $FAKE --input-format csv --format $format
done
# So the command's own output can be read again, and comes out as it went in.
work=$(mktemp -d)
for format in "jsonl ndjson" "csv csv"; do
    again="--input-format ${format% *} --format ${format#* } --scores"
    printf 'text,id\nProfit rose,1\nfell,2\n' |
        sentiment-cli classify $FAKE --input-format csv --format ${format#* } --scores >"$work/a"
    sentiment-cli classify $FAKE $again "$work/a" | cmp - "$work/a" && echo "$format: the same"
done
rm -r "$work"
