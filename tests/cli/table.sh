printf 'Profit rose\n\n日本 up\t10%%\nbad\377\n' |
    sentiment-cli classify $FAKE --format table --scores
