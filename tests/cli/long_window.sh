{ yes word | head -n 100 | tr '\n' ' '; echo; } |
    sentiment-cli classify $FAKE --long window | sed 's/word.*word/…/'
