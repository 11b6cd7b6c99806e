sentiment-cli --help
for command in classify eval tokenize info model "model path"; do
    sentiment-cli $command --help
done
