# Of a row with a wrong number of fields, what is before the text is kept.
printf 'id,date,text,n\n7,May,rose, much,1\n8,June\n9\n"10"x,May,fell,1\n11,May,fell,2\n' |
    sentiment-cli classify $FAKE --input-format csv --format csv
