sentiment-cli classify $FAKE -t 'Profit rose' 'two
lines' '' "quote \" and \\ and € and 😀"
