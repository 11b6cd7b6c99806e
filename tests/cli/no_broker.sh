# Nothing to wait for.
sentiment-cli enrich --brokers ""
echo "$?"
sentiment-cli enrich --topic ""
echo "$?"
