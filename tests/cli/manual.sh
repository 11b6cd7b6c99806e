# Written anew by: sentiment-cli help --man > docs/man/sentiment-cli.1
sentiment-cli help --man | diff ../../docs/man/sentiment-cli.1 -
