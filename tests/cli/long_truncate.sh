{ yes word | head -n 70 | tr '\n' ' '; echo; } |
    sentiment-cli classify $FAKE | sed 's/word.*word/…/'
