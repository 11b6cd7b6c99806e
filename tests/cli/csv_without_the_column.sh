echo 'id,title' | sentiment-cli classify $FAKE --input-format csv
