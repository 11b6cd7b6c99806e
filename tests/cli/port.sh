# What is no port is wrong usage, wherever it was written.
sentiment-cli serve --port 99999; echo $?
sentiment-cli serve --port 80x; echo $?
sentiment-cli serve --port=-1; echo $?
sentiment-cli serve --port ""; echo $?
PORT=abc sentiment-cli serve; echo $?
