sentiment-cli --help
for command in classify eval tokenize info; do
    sentiment-cli $command --help
done
