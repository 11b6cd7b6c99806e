config=$(mktemp)
printf '# results\nformat = csv\nscores = true\n' >"$config"
sentiment-cli classify $FAKE --config "$config" -t x
sentiment-cli classify $FAKE --config "$config" --format tsv -t x
rm "$config"
