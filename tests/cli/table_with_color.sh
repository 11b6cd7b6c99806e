printf 'Profit rose\nSales fell\n' |
    NO_COLOR=1 sentiment-cli classify $FAKE --format table --color always
