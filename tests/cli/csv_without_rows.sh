# The columns are named even if there are no rows.
for format in csv tsv ndjson; do
    printf 'id,text,score\n' | sentiment-cli classify $FAKE --input-format csv --format $format
    sentiment-cli classify $FAKE --format $format --scores </dev/null
done
