printf 'Profit rosé 12%%\n\nbad\377\n' |
    sentiment-cli tokenize --model ../vectors/tiny/bert
