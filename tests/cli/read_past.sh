# An option that nothing would be done with is refused.
echo x | sentiment-cli classify $FAKE --field title; echo $?
sentiment-cli explain $FAKE --field title x; echo $?
sentiment-cli classify $FAKE --input-format jsonl -t '{"text":"x"}'; echo $?
echo x | sentiment-cli tokenize --model ../vectors/tiny/bert --field title; echo $?
echo x | sentiment-cli bench $FAKE --field title -; echo $?
