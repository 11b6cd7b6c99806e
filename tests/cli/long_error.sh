{ yes word | head -n 100 | tr '\n' ' '; echo; echo short; } |
    sentiment-cli classify $FAKE --long error
