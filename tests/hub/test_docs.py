"""test_docs.py - the lines that docs/models.md shows, run in their order."""
import re
import subprocess
import unittest

from hubcase import BUILD, CLEAN, CLI, ROOT, TINY, HubCase, tiny

DEMO = "mrm8488/distilroberta-finetuned-financial-news-sentiment-analysis"


class Documents(HubCase):
    def test_every_command_of_models_md(self):
        self.add("ProsusAI/finbert")
        self.add(DEMO, tiny("distilroberta"))
        (self.home / "old-model").symlink_to(TINY / "roberta-bin")
        text = (ROOT / "docs/models.md").read_text()
        lines = re.findall(r"^\$ (sentiment-cli (?:model|classify --model) .*)$", text, re.M)
        self.assertGreaterEqual(len(lines), 9)
        fake = "sentiment-cli classify --engine %s" % (BUILD / "lib/libfake_engine.so")
        env = {**self.env, "PATH": "%s:%s" % (CLI.parent, CLEAN["PATH"])}
        for line in lines:
            done = subprocess.run(["sh", "-c", line.replace("sentiment-cli classify", fake)], cwd=self.home, env=env,
                                  text=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
            if "model tune" in line:
                continue  # tests of its own
            # Nobody is there to be asked.
            expected = 2 if " remove " in line else 0
            self.assertEqual(done.returncode, expected, line + "\n" + done.stderr)

    def test_the_default_is_the_demos_model(self):
        self.add(DEMO, tiny("distilroberta"))
        self.assertIn(DEMO.replace("/", "--"), self.ok(self.pull()).stdout)


if __name__ == "__main__":
    unittest.main()
