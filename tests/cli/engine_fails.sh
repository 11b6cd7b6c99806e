printf 'one\ntwo\n' | sentiment-cli classify $FAKE --device cpu:fail
