"""test_docs.py - what README.md, docs/commands.md and docs/enrich.md show of kcat, enrich and dlq."""
import os
import re
import shutil
import sys
import unittest

import records
from stage import CLI, settings
from suite import ROOT, Case, name

sys.path.insert(1, str(ROOT / "tests"))
import sessions


@unittest.skipUnless(shutil.which("kcat"), "no kcat")
class Documents(Case):
    def follow(self, document):
        topic, pictures = name("news"), name("pictures")
        records.make_topics(self.brokers, topic, partitions=1)
        environment = settings(REDPANDA_BROKERS=self.brokers, REDPANDA_CONSUMER_GROUP=f"group-of-{topic}",
                               PATH=f"{os.path.dirname(CLI)}:{os.environ['PATH']}")

        def change(command):
            return re.sub(r"\bpictures\b", pictures, re.sub(r"\bnews\b", topic, command.replace("-b localhost", f"-b {self.brokers}")))

        found = [c for c in sessions.commands(ROOT / document)
                 if re.match(r"kcat |sentiment-cli (enrich|dlq) (?!--help)", c[1]) and "not run here" not in c[1]]
        self.assertGreaterEqual(len(found), 3, document)
        for where, command, shown in found:
            self.assertEqual(0, sessions.run(where, command, shown, change, lambda said: said.replace(topic, "news").replace(pictures, "pictures"),
                                             cwd=ROOT, env=environment), command)

    def test_readme(self):
        self.follow("README.md")

    def test_commands(self):
        self.follow("docs/commands.md")

    def test_enrich(self):
        self.follow("docs/enrich.md")


if __name__ == "__main__":
    unittest.main()
