sentiment-cli classify $FAKE first -t second third --text=fourth -- -fifth
sentiment-cli tokenize --model ../vectors/tiny/bert first -t second third | wc -l
# Of tune, the argument is the checkpoint all the same.
copy=$(mktemp -d)
cp ../vectors/tiny/bert/* "$copy"
sentiment-cli model tune -t a "$copy" -t b ${FAKE% --model *} 2>&1 | sed "s,$copy,COPY,"
sentiment-cli model tune -t a "$copy" --texts - ${FAKE% --model *}
rm -r "$copy"
