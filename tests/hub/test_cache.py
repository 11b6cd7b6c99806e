"""test_cache.py - `model list`, `info`, `verify`, `remove`: what a cache holds."""
import fcntl
import json
import os
import pty
import subprocess
import unittest

from hubcase import CLI, WEIGHTS, HubCase, tiny


class Cache(HubCase):
    """One model with two revisions that share their weights, and another one."""

    def setUp(self):
        super().setUp()
        self.old = self.add(files=tiny("bert", {"tokenizer_config.json": b'{"model_max_length":  64}'}))
        self.new = self.add(files=tiny("bert"), branches={"v1": self.old})
        self.other = self.add("other/model", tiny("distilbert"))
        for name in ("some/model", "some/model@v1", "other/model"):
            self.ok(self.pull(name))

    def snapshot(self, repo, name="some/model"):
        return self.folder(name) / "snapshots" / repo.commit

    def size(self, repo):
        return sum(map(len, repo.files.values()))

    def listed(self):
        return json.loads(self.ok(self.command("model", "list", "--format", "json")).stdout)


class Lists(Cache):
    def test_as_json(self):
        both = [{"commit": r.commit, "files": 4, "labels": ["negative", "neutral", "positive"],
                 "model": "some/model", "path": str(self.snapshot(r)), "revisions": [n],
                 "size_bytes": self.size(r)} for n, r in (("main", self.new), ("v1", self.old))]
        other = {"commit": self.other.commit, "files": 4, "labels": ["LABEL_0", "LABEL_1"], "model": "other/model",
                 "path": str(self.snapshot(self.other, "other/model")), "revisions": ["main"],
                 "size_bytes": self.size(self.other)}
        found = self.listed()
        other["labels"] = found[0]["labels"]
        self.assertEqual(len(other["labels"]), 2)
        self.assertEqual(found, [other] + sorted(both, key=lambda one: one["commit"]))

    def test_as_a_table(self):
        out = self.ok(self.command("model", "list")).stdout.splitlines()
        self.assertEqual(out[0].split(), ["MODEL", "REVISION", "COMMIT", "SIZE", "LABELS"])
        self.assertEqual(len(out), 4)
        row = next(line for line in out if " v1 " in line)
        self.assertEqual(row.split(), ["some/model", "v1", self.old.commit[:12], "%.0f" % (self.size(self.old) / 1000),
                                       "kB", "negative,", "neutral,", "positive"])

    def test_models_of_others_and_broken_ones(self):
        (self.cache / "models--gpt2/snapshots/abc").mkdir(parents=True)
        (self.cache / "models--gpt2/snapshots/abc/config.json").write_text("{}")
        (self.cache / "datasets--a--b/snapshots/abc").mkdir(parents=True)
        (self.cache / "version.txt").write_text("1")
        os.unlink(self.snapshot(self.other, "other/model") / WEIGHTS)
        found = {one["model"]: one for one in self.listed()}
        self.assertEqual(sorted(found), ["gpt2", "other/model", "some/model"])
        self.assertIsNone(found["gpt2"]["labels"])
        self.assertEqual(found["gpt2"]["revisions"], [])
        self.assertIsNone(found["other/model"]["labels"])

    def test_an_empty_cache(self):
        done = self.ok(self.command("model", "list", env={"HF_HUB_CACHE": str(self.home / "none")}))
        self.assertIn("no models there", done.stderr)
        done = self.command("model", "list", "--format", "json", env={"HF_HUB_CACHE": str(self.home / "none")})
        self.assertEqual(done.stdout, "[]\n")


class Infos(Cache):
    def test_info(self):
        found = json.loads(self.ok(self.command("model", "info", "some/model@v1", "--format", "json")).stdout)
        self.assertEqual(found["model"], str(self.snapshot(self.old)))
        self.assertEqual((found["commit"], found["size_bytes"]), (self.old.commit, self.size(self.old)))
        self.assertEqual(found["labels"], ["negative", "neutral", "positive"])
        text = self.ok(self.command("model", "info", "some/model@v1")).stdout
        self.assertIn("commit          %s\n" % self.old.commit, text)
        self.assertIn("labels          negative, neutral, positive\n", text)

    def test_info_of_what_is_not_there(self):
        self.fails(self.command("model", "info", "some/nothing"), "to fetch it: sentiment-cli model pull some/nothing")


class Verifies(Cache):
    def test_good_ones(self):
        done = self.ok(self.command("model", "verify", "some/model"))
        self.assertEqual(done.stderr, "sentiment-cli: some/model: 4 files, %.0f kB, are what the hub has; it opens, "
                         "and all weights are finite\n" % (self.size(self.new) / 1000))
        self.ok(self.command("model", "verify"))
        self.ok(self.command("model", "verify", self.snapshot(self.new)))

    def spoil(self, path, at):
        blob = self.folder() / "blobs" / self.new.etag(path)
        data = bytearray(blob.read_bytes())
        data[at] ^= 1
        blob.write_bytes(data)

    def test_every_file_that_is_wrong_is_named(self):
        self.spoil(WEIGHTS, -1)
        self.spoil("config.json", 0)
        done = self.command("model", "verify", "some/model")
        self.assertEqual(done.returncode, 1)
        for part in (WEIGHTS + ": wrong bytes: their sha256", "config.json: wrong bytes: their git hash",
                     "to fetch them again: sentiment-cli model pull --force"):
            self.assertIn(part, done.stderr)
        self.ok(self.pull("--force", "some/model"))
        self.ok(self.command("model", "verify", "some/model"))

    def test_a_blob_that_is_gone(self):
        os.unlink(self.folder() / "blobs" / self.new.etag("tokenizer.json"))
        done = self.command("model", "verify", "some/model")
        self.assertEqual(done.returncode, 1)
        self.assertIn("tokenizer.json: No such file", done.stderr)

    def test_right_hashes_of_a_checkpoint_that_is_none(self):
        repo = self.add("bad/one", tiny("bert", {WEIGHTS: tiny("bert")[WEIGHTS][:-4] + b"\0\0\xc0\x7f"}))
        self.ok(self.pull("bad/one"))
        self.fails(self.command("model", "verify", "bad/one"), "not a finite number")
        self.assertTrue(repo)


class Removes(Cache):
    def remove(self, *args, **kwargs):
        return self.command("model", "remove", "--yes", *args, **kwargs)

    def rest(self, folder):
        return [str(p) for p in folder.rglob("*")]

    def test_one_revision_leaves_what_others_share(self):
        done = self.ok(self.remove("some/model@v1"))
        gone = len(self.old.files["tokenizer_config.json"])
        self.assertEqual(done.stderr, "sentiment-cli: some/model: removed, %d B freed\n" % gone)
        self.is_whole(self.new)
        self.assertEqual([p.name for p in (self.folder() / "snapshots").iterdir()], [self.new.commit])
        self.assertEqual([p.name for p in (self.folder() / "refs").iterdir()], ["main"])
        self.ok(self.command("model", "verify", "some/model"))

    def test_by_the_beginning_of_a_commit(self):
        self.ok(self.remove("some/model@" + self.new.commit[:7]))
        self.is_whole(self.old, revision="v1")

    def test_the_last_revision_takes_all(self):
        self.ok(self.remove("some/model@v1"))
        done = self.ok(self.remove("some/model@main"))
        self.assertIn("%.0f kB freed" % (self.size(self.new) / 1000), done.stderr)
        self.assertFalse(self.folder().exists())

    def test_all_of_a_model_and_no_other(self):
        (self.folder() / "blobs/rest.incomplete").write_bytes(b"x" * 1000)
        freed = self.size(self.new) + len(self.old.files["tokenizer_config.json"]) + 1000 + 2 * 40
        done = self.ok(self.remove("some/model"))
        self.assertIn("%.0f kB freed" % (freed / 1000), done.stderr)
        self.assertFalse([p for p in self.rest(self.cache) if "some--model" in p])
        self.ok(self.command("model", "verify", "other/model"))

    def test_links_are_not_followed(self):
        outside = self.home / "outside"
        outside.mkdir()
        (outside / "precious").write_text("x")
        os.symlink(outside, self.snapshot(self.new) / "extra")
        os.symlink("../../../../outside/precious", self.snapshot(self.new) / "evil")
        self.ok(self.remove("some/model@main"))
        self.ok(self.remove("some/model"))
        self.assertTrue((outside / "precious").exists())

    def test_what_is_not_there(self):
        self.fails(self.remove("some/nothing"), "some/nothing: not in the cache")
        self.fails(self.remove("some/model@v2"), "some/model@v2: not in the cache")
        self.fails(self.remove("/etc"), "is no OWNER/NAME", code=2)
        self.fails(self.remove(), "needs OWNER/NAME", code=2)

    def test_while_it_is_fetched(self):
        lock = self.cache / ".locks/models--some--model" / (self.new.etag(WEIGHTS) + ".lock")
        with open(lock) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.fails(self.remove("some/model"), "another process fetches it")
        self.ok(self.remove("some/model"))

    def test_nobody_to_ask(self):
        self.fails(self.command("model", "remove", "some/model"), "--yes removes without asking", code=2)
        self.is_there()

    def is_there(self):
        self.ok(self.command("model", "path", "some/model"))

    def asked(self, answer):
        master, slave = pty.openpty()
        process = subprocess.Popen([CLI, "model", "remove", "some/model"], env=self.env, stdin=slave,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        os.close(slave)
        os.write(master, answer)
        out, err = process.communicate(timeout=30)
        os.close(master)
        self.assertIn("Remove some/model, ", err)
        return process.returncode

    def test_it_asks(self):
        for answer in (b"n\n", b"\n", b"\x04"):
            self.assertEqual(self.asked(answer), 1)
            self.is_there()
        self.assertEqual(self.asked(b"y\n"), 0)
        self.assertFalse(self.folder().exists())


if __name__ == "__main__":
    unittest.main()
