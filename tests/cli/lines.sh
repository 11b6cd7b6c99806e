printf '\357\273\277Profit rose\r\n\n   \nSales fell\nlast' |
    sentiment-cli classify $FAKE
