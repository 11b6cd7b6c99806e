"""docs.py - the command lines that README.md and the documents below show are run, and print what is shown.

    python3 tests/docs.py BUILD

Unless a line says "not run here", or another test runs it: a service's (tests/http/docs.py), a hub's
(tests/hub/test_docs.py), a broker's (tests/kafka/test_docs.py), a compiler's (tests/readme.sh, tests/install.sh).
"""
import os
import re
import shutil
import sys
import tempfile

import sessions

DOCUMENTS = ["README.md", *(f"docs/{d}.md" for d in ("commands", "install", "faq", "migrating"))]
ELSEWHERE = re.compile(r"cc |curl |kcat |sentiment-cli (serve|enrich|dlq|model (pull|list|remove|path))(?! --help)")
NEWS = {
    "news.csv": "title,source\nProfit doubled.,wire\n",
    "news.jsonl": '{"id":7,"title":"Profit doubled."}\n',
    "test.jsonl": '{"label":"positive","text":"Profit doubled."}\n{"label":"negative","text":"Sales fell."}\n',
}


def main(build):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SENTIMENT_", "DEMO_", "REDPANDA_"))}
    environment["PATH"] = f"{os.path.realpath(build)}/bin:{environment['PATH']}"
    ran = failed = 0
    with tempfile.TemporaryDirectory() as here:
        for folder in ("examples", "models"):
            os.symlink(os.path.realpath(folder), os.path.join(here, folder))
        shutil.copy("examples/headlines.txt", here)
        for name, text in NEWS.items():
            with open(os.path.join(here, name), "w", encoding="utf-8") as f:
                f.write(text)
        for document in DOCUMENTS:
            for where, command, shown in sessions.commands(document):
                if ELSEWHERE.match(command) or "not run here" in sessions.comment(command):
                    continue
                failed += sessions.run(where, command, shown, cwd=here, env=environment)
                ran += 1
    print(f"commands of the documents: {ran} run, {failed} failed")
    return failed != 0 or ran < 25


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
