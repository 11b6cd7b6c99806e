copy=$(mktemp -d)
cp ../vectors/tiny/bert/* "$copy"
engine=${FAKE% --model *}
yes 'a text of some words' | head -3 | sed = | paste - - | sentiment-cli model tune "$copy" $engine --texts - |
    sed "s,$copy,COPY,"
sentiment-cli info $engine --model "$copy" | grep -E '^(precision|chosen)'
sed 's/"weights":"./"weights":"x/' "$copy/sentiment-verdict.json" >"$copy/other"
mv "$copy/other" "$copy/sentiment-verdict.json"
sentiment-cli info $engine --model "$copy" 2>&1 | sed "s,$copy,COPY," | grep -E '^(sentiment-cli|precision)'
rm -r "$copy"
sentiment-cli model tune one two
sentiment-cli model tune /nowhere
