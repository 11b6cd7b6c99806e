printf '{"text":"a","label":"neutral"}\n{"text":"","label":"neutral"}\n{"label":"neutral"}\n' |
    sentiment-cli eval $FAKE --labels - --format json
