printf 'id,text,label\n1,"a, ""b""\nc",x\n2,\n3,fell,"y,z"\n' |
    sentiment-cli classify $FAKE --input-format csv --format csv --scores
