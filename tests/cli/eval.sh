labels=$(mktemp)
cat >"$labels" <<'END'
{"text":"Profit rose","label":"Positive"}
{"text":"Sales fell","label":"negative"}
{"text":"Nothing new","label":"neutral"}
{"text":"x","label":"neutral"}
END
sentiment-cli eval $FAKE --labels "$labels"
sentiment-cli eval $FAKE --labels "$labels" --format json
rm "$labels"
