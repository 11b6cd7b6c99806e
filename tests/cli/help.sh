sentiment-cli --help
for command in classify eval tokenize info model "model pull" "model list" "model info" "model verify" "model remove" "model path" "model convert"; do
    sentiment-cli $command --help
done
