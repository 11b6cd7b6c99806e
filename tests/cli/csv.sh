printf 'id,text\r\n1,"Profit, ""up""\r\nmuch"\r\n2\r\n3,fell\r\n' |
    sentiment-cli classify $FAKE --input-format csv
