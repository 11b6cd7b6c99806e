# One cause, one line.
sentiment-cli eval $FAKE -l nofile
sentiment-cli model tune --engine "$(dirname "$(command -v sentiment-cli)")/../lib/libfake_engine.so" ../vectors/tiny/bert --texts nofile
sentiment-cli bench $FAKE nofile
sentiment-cli classify --model 'bad
dir' -t x
name=$(printf %04999d 0)
sentiment-cli classify $FAKE $name 2>&1 | sed 's/00*…00*/0…0/'
