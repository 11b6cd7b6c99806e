# The same answers, whoever computes them.
for threads in 1 2; do
    sentiment-cli classify $FAKE --workers 2 --threads $threads -t 'profit rose' 'sales fell'
done
sentiment-cli classify $FAKE --threads 0 -t 'profit rose'
