sentiment-cli info something
