sentiment-cli help info && sentiment-cli help nothing
