# Nothing to wait for.
sentiment-cli enrich --brokers ""
echo "$?"
sentiment-cli enrich --topic ""
echo "$?"
sentiment-cli enrich --metrics 127.0.0.1:0 --stall-seconds 1
echo "$?"
