printf 'mood,body\npositive,Profit rose\nnegative,"fell, fast"\n' |
    sentiment-cli eval $FAKE --labels - --input-format csv --field body \
        --label-field mood --format json
