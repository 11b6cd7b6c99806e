printf 'good\nbad \377 line\ngood\n' | sentiment-cli classify $FAKE
