# JSON that is fine, but for its lines, is told how to become so.
printf '{\n  "text": "a"\n}\n[{"text": "a"}]\n{"text": "a\n' |
    sentiment-cli classify $FAKE --input-format jsonl
