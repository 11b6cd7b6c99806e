# That a text was cut is seen in every format.
for format in ndjson csv tsv table; do
    { yes word | head -n 70 | tr '\n' ' '; echo; echo short; } |
        sentiment-cli classify $FAKE --format $format | sed 's/word.*word/…/'
done
yes word | head -n 6000 | tr '\n' ' ' |
    sentiment-cli classify $FAKE --format csv --long window | sed 's/word.*word/…/'
yes word | head -n 70 | tr '\n' ' ' |
    sentiment-cli explain $FAKE --format table | sed 's/word.*word/…/; 2,$d'
