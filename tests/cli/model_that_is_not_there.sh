HF_HUB_CACHE=/nonexistent sentiment-cli classify --model some/model -t x
sentiment-cli classify --model ./some/model -t x
