# A standard input that was closed is a failure, and no other file takes its place.
for command in classify "classify -" tokenize explain "eval --labels -"; do
    engine=$FAKE
    [ "$command" = tokenize ] && engine="--model ../vectors/tiny/bert"
    timeout 10 sentiment-cli $command $engine <&-
    echo "$command: $?"
done
sentiment-cli classify $FAKE -t x 2>/dev/null >&-
echo "output: $?"
