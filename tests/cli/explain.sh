# The fake engine's label is the sum of the ids modulo the labels.
sentiment-cli explain $FAKE --format table "profit rose again" "sales fell"
sentiment-cli explain $FAKE --format table --color always "profit rose again"
printf 'profit rose\n\n\377\n' | sentiment-cli explain $FAKE
sentiment-cli explain $FAKE --format json -t "profit rose" fell
printf '{"text":"profit rose"}\n' | sentiment-cli explain $FAKE --input-format jsonl | python3 -c '
import json, sys
found = json.loads(sys.stdin.read())
print([found["text"].encode()[w["start"]:w["end"]].decode() == w["word"] for w in found["words"]])'
