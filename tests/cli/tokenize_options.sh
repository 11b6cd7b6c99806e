M='--model ../vectors/tiny/bert'
sentiment-cli tokenize $M --no-special -t 'Profit rose'
echo '{"t":"Profit rose"}' | sentiment-cli tokenize $M --input-format jsonl --field t
long=$(yes word | head -n 70)
sentiment-cli tokenize $M -t "$long" | sed 's/^.*truncated/truncated/'
sentiment-cli tokenize $M --no-truncate -t "$long" | grep -c truncated
