"""test_pull.py - `model pull` against an imitation of the hub, and its faults."""
import fcntl
import os
import pathlib
import pty
import resource
import shutil
import signal
import subprocess
import time
import unittest

from fakehub import git_sha1, sha256
from hubcase import CLI, WEIGHTS, HubCase, stop, tiny


class Pulls(HubCase):
    def test_the_cache_is_as_huggingface_hub_leaves_it(self):
        repo = self.add()
        done = self.ok(self.pull("some/model"))
        self.is_whole(repo)
        self.assertEqual(done.stdout, "%s/snapshots/%s\n" % (self.folder(), repo.commit))
        self.assertEqual(done.stderr, "sentiment-cli: some/model: 4 files, %s (commit %s; labels negative, "
                         "neutral, positive)\n" % (self.size(repo), repo.commit[:12]))
        self.assertTrue((self.cache / "CACHEDIR.TAG").read_text().startswith(
            "Signature: 8a477f597d28d172789f06886806bc55\n"))
        self.assertEqual(sorted(p.name for p in (self.cache / ".locks/models--some--model").iterdir()),
                         sorted(repo.etag(p) + ".lock" for p in repo.files))

    def size(self, repo):
        return "%.0f kB" % (sum(map(len, repo.files.values())) / 1000)

    def test_what_was_pulled_classifies(self):
        self.add()
        self.ok(self.pull("some/model"))
        engine = CLI.parents[1] / "lib/libfake_engine.so"
        done = self.ok(self.command("classify", "--engine", engine, "--model", "some/model", "-t", "x"))
        self.assertIn('"label":', done.stdout)

    def test_a_second_pull_fetches_nothing(self):
        repo = self.add()
        first = self.ok(self.pull("some/model")).stdout
        self.hub.log.clear()
        done = self.ok(self.pull("some/model"))
        self.assertIn("some/model: nothing new", done.stderr)
        self.assertEqual(done.stdout, first)
        self.assertEqual(self.hub.requests("resolve|signature"), [])
        self.is_whole(repo)

    def test_a_new_commit_fetches_what_has_changed(self):
        old = self.add()
        self.ok(self.pull("some/model"))
        new = self.add(files={**old.files, "tokenizer_config.json": b'{"model_max_length":  64}'})
        self.hub.log.clear()
        self.ok(self.pull("some/model"))
        self.assertEqual(len(self.hub.requests("resolve")), 1)
        self.assertEqual((self.folder() / "refs/main").read_text(), new.commit)
        self.assertEqual(len(list((self.folder() / "snapshots").iterdir())), 2)

    def test_force_fetches_again(self):
        repo = self.add()
        self.ok(self.pull("some/model"))
        blob = self.folder() / "blobs" / repo.etag(WEIGHTS)
        blob.write_bytes(b"x" * len(repo.files[WEIGHTS]))
        self.ok(self.pull("--force", "some/model"))
        self.is_whole(repo)

    def test_a_blob_of_the_wrong_size_is_fetched_again(self):
        repo = self.add()
        self.ok(self.pull("some/model"))
        os.truncate(self.folder() / "blobs" / repo.etag(WEIGHTS), 100)
        self.ok(self.pull("some/model"))
        self.is_whole(repo)

    def test_only_what_is_needed(self):
        other = {"README.md": b"# read me", "tf_model.h5": b"h5", "pytorch_model.bin": b"pickle",
                 "onnx/model.onnx": b"onnx", "training_args.bin": b"args", ".gitattributes": b"*"}
        repo = self.add(files=tiny("bert", other))
        self.ok(self.pull("some/model"))
        self.is_whole(repo, sorted(tiny("bert")))

    def test_a_pickle_when_there_is_nothing_better(self):
        repo = self.add(files=tiny("roberta-bin"))
        self.ok(self.pull("some/model"))
        self.is_whole(repo)

    def test_shards_that_the_index_names(self):
        repo = self.add(files=tiny("bert-sharded", {"model-00001-of-00003.safetensors": b"old"}))
        self.ok(self.pull("some/model"))
        self.is_whole(repo, sorted(tiny("bert-sharded")))

    def test_a_listing_in_pages(self):
        repo = self.add()
        for whole in (True, False):
            self.hub.page, self.hub.whole_links = 1, whole
            self.hub.log.clear()
            self.ok(self.pull("some/model"))
            self.assertEqual(len(self.hub.requests("/tree/")), len(repo.files))
        self.is_whole(repo)

    def test_two_files_of_the_same_bytes(self):
        repo = self.add(files=tiny("bert", {"added_tokens.json": b"{}", "special_tokens_map.json": b"{}"}))
        done = self.ok(self.pull("some/model"))
        self.assertNotIn("waiting", done.stderr)
        self.is_whole(repo)


    def test_what_model_tune_found_comes_along_and_one_found_here_stays(self):
        repo = self.add(files=tiny("bert", {"sentiment-verdict.json": b"{}"}))
        self.ok(self.pull("some/model"))
        self.is_whole(repo)
        verdict = self.folder() / "snapshots" / repo.commit / "sentiment-verdict.json"
        verdict.unlink()
        verdict.write_bytes(b'{"own":1}')
        self.ok(self.pull("some/model"))
        self.assertEqual(verdict.read_bytes(), b'{"own":1}')


class Revisions(HubCase):
    def setUp(self):
        super().setUp()
        self.old = self.add(files=tiny("distilbert"))
        self.repo = self.add(branches={"v1.0": self.old, "refs/pr/1": self.old})

    def test_a_tag_and_a_branch_with_slashes(self):
        for revision in ("v1.0", "refs/pr/1"):
            self.ok(self.pull("some/model@" + revision))
            self.is_whole(self.old, revision=revision)
            path = self.ok(self.command("model", "path", "some/model@" + revision)).stdout
            self.assertEqual(path, "%s/snapshots/%s\n" % (self.folder(), self.old.commit))
        self.assertFalse((self.folder() / "refs/main").exists())

    def test_a_commit_makes_no_ref(self):
        self.ok(self.pull("some/model@" + self.old.commit))
        self.is_whole(self.old, revision=self.old.commit)
        self.assertEqual(list((self.folder() / "refs").iterdir()), [])
        for some in (self.old.commit, self.old.commit[:8]):
            path = self.ok(self.command("model", "path", "some/model@" + some)).stdout
            self.assertTrue(path.endswith(self.old.commit + "\n"))

    def test_one_that_is_not_there(self):
        self.fails(self.pull("some/model@v9"), "some/model@v9: no such revision")
        self.assertFalse(self.cache.exists())

    def test_names_that_are_none(self):
        for name in ("nobody", "a/b/c", "../x", "a/..", "a/b@../../x", "a--b/c", "a/b@", "/b", "a/", "a/b?x", "a/-b"):
            self.fails(self.pull("--", name), "is no OWNER/NAME", code=2)
        self.assertEqual(self.hub.log, [])


class Cuts(HubCase):
    """Weights that do not come in one piece."""

    def setUp(self):
        super().setUp()
        self.repo = self.add()
        self.etag = self.repo.etag(WEIGHTS)
        self.len = len(self.repo.files[WEIGHTS])

    def ranges(self):
        return [r["range"] for r in self.hub.requests(self.etag)]

    def test_a_cut_goes_on_where_it_was(self):
        self.hub.fail(self.etag, "cut", 10000)
        self.hub.fail(self.etag, "cut", 20000)
        self.ok(self.pull("some/model"))
        self.assertEqual(self.ranges(), [None, "bytes=10000-", "bytes=30000-"])
        self.is_whole(self.repo)

    def test_more_cuts_than_tries_when_each_brings_something(self):
        self.hub.fail(self.etag, "cut", 10000, times=8)
        self.ok(self.pull("--retries", 2, "some/model"))
        self.is_whole(self.repo)

    def test_cuts_that_bring_nothing_end(self):
        self.hub.fail(self.etag, "cut", 0, times=99)
        self.fails(self.pull("--retries", 2, "some/model"), WEIGHTS, "(tried 3 times)")
        self.assertEqual(len(self.ranges()), 3)

    def test_whoever_ignores_ranges_sends_all_again(self):
        self.hub.fail(self.etag, "cut", 30000)
        self.hub.fail(self.etag, "norange")
        self.ok(self.pull("some/model"))
        self.assertEqual(self.ranges(), [None, "bytes=30000-"])
        self.is_whole(self.repo)

    def test_whoever_ignores_ranges_and_cuts_ends(self):
        self.hub.fail(self.etag, "norange-cut", 30000, times=99)
        self.fails(self.pull("--retries", 2, "some/model"), WEIGHTS, "(tried 3 times)")
        self.assertEqual(self.ranges(), [None] + 2 * ["bytes=30000-"])

    def test_416_begins_again(self):
        self.hub.fail(self.etag, "cut", 30000)
        self.hub.fail(self.etag, "status", 416)
        self.ok(self.pull("some/model"))
        self.assertEqual(self.ranges(), [None, "bytes=30000-", None])
        self.is_whole(self.repo)

    def stall(self, after):
        """A pull that has got so many bytes of the weights and waits for more."""
        self.hub.fail(self.etag, "stall", after)
        process = self.start("model", "pull", "some/model")
        self.assertTrue(self.hub.stalled.wait(30))
        blob = self.folder() / "blobs" / (self.etag + ".incomplete")
        for _ in range(500):
            if blob.exists() and blob.stat().st_size == after:
                return process
            time.sleep(0.01)
        return self.fail("the weights did not come")

    def is_resumed(self, after):
        self.assertEqual(self.incomplete(), [self.etag + ".incomplete"])
        self.assertFalse((self.folder() / "refs/main").exists())
        self.fails(self.command("model", "path", "some/model"), "not in the cache")
        self.ok(self.pull("some/model"))
        self.assertEqual(self.ranges()[1:], ["bytes=%d-" % after])
        self.is_whole(self.repo)

    def test_interrupted_and_resumed(self):
        done = stop(self.stall(12345))
        self.fails(done, "some/model: stopped", "the next pull goes on from there", code=130)
        self.is_resumed(12345)

    def test_killed_and_resumed(self):
        self.assertEqual(stop(self.stall(12345), signal.SIGKILL).returncode, -9)
        self.is_resumed(12345)

    def test_killed_between_the_last_byte_and_the_name(self):
        self.ok(self.pull("some/model"))
        shutil.rmtree(self.folder() / "snapshots")
        (self.folder() / "refs/main").unlink()
        blob = self.folder() / "blobs" / self.etag
        blob.rename(str(blob) + ".incomplete")
        self.hub.log.clear()
        self.ok(self.pull("some/model"))
        self.assertEqual(self.ranges(), [])
        self.is_whole(self.repo)

    def test_rests_that_are_not_of_this_file(self):
        for rest in (b"x" * 1000, b"x" * self.len, b"x" * (self.len + 1)):
            shutil.rmtree(self.cache, ignore_errors=True)
            (self.folder() / "blobs").mkdir(parents=True)
            (self.folder() / "blobs" / (self.etag + ".incomplete")).write_bytes(rest)
            self.ok(self.pull("some/model"))
            self.is_whole(self.repo)

    def test_a_server_that_stands_still_is_asked_again(self):
        self.hub.fail(self.etag, "stall", 10000)
        self.ok(self.pull("some/model", env={"HF_HUB_DOWNLOAD_TIMEOUT": "1"}))
        self.assertEqual(self.ranges(), [None, "bytes=10000-"])
        self.is_whole(self.repo)

    def test_two_at_once(self):
        first = self.stall(12345)
        second = self.start("model", "pull", "some/model")
        self.assertIn("another process fetches it; waiting", second.stderr.readline())
        self.hub.release.set()
        for process in (first, second):
            out, err = process.communicate(timeout=30)
            self.assertEqual(process.returncode, 0, err)
        self.assertEqual(self.ranges(), [None, "bytes=12345-"])
        self.is_whole(self.repo)

    def test_six_at_once(self):
        processes = [self.start("model", "pull", "some/model") for _ in range(6)]
        for process in processes:
            out, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, err)
        self.assertEqual(len(self.ranges()), 1)
        self.is_whole(self.repo)

    def test_the_lock_is_huggingface_hubs(self):
        locks = self.cache / ".locks/models--some--model"
        locks.mkdir(parents=True)
        with open(locks / (self.etag + ".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            process = self.start("model", "pull", "some/model")
            self.assertIn(WEIGHTS + ": another process", process.stderr.readline())
            self.assertEqual(self.ranges(), [])
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0, err)


class WrongBytes(HubCase):
    def setUp(self):
        super().setUp()
        self.repo = self.add()

    def nothing_is_left(self, path):
        self.assertFalse([n for n in self.blobs() if n.startswith(self.repo.etag(path))])
        self.assertFalse((self.folder() / "refs/main").exists())

    def test_a_sha256_that_is_another(self):
        self.hub.fail(self.repo.etag(WEIGHTS), "flip")
        self.fails(self.pull("some/model"), WEIGHTS + ": wrong bytes: their sha256 is",
                   "it should be " + self.repo.etag(WEIGHTS)[:12])
        self.nothing_is_left(WEIGHTS)

    def test_a_git_hash_that_is_another(self):
        self.hub.fail("resolve.*/tokenizer.json", "flip")
        self.fails(self.pull("some/model"), "tokenizer.json: wrong bytes: their git hash is")
        self.nothing_is_left("tokenizer.json")

    def test_more_bytes_than_listed(self):
        """They end the transfer at once and do not reach the disk."""
        size = len(self.repo.files[WEIGHTS])

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

        self.hub.fail(self.repo.etag(WEIGHTS), "longer", 1000000)
        self.fails(self.pull("some/model", preexec_fn=limit), WEIGHTS + ": more bytes came than the %d" % size)
        self.nothing_is_left(WEIGHTS)

    def test_fewer_bytes_than_listed(self):
        self.hub.fail(self.repo.etag(WEIGHTS), "shorter")
        self.ok(self.pull("some/model"))
        self.is_whole(self.repo)

    def test_pieces_of_two_versions_are_fetched_once_more_in_one(self):
        etag = self.repo.etag(WEIGHTS)
        (self.folder() / "blobs").mkdir(parents=True)
        (self.folder() / "blobs" / (etag + ".incomplete")).write_bytes(b"y" * 5000)
        self.ok(self.pull("some/model"))
        self.assertEqual([r["range"] for r in self.hub.requests(etag)], ["bytes=5000-", None])
        self.is_whole(self.repo)

    def test_packed_text_without_a_length(self):
        self.hub.fail("resolve.*/tokenizer.json", "gzip")
        self.ok(self.pull("some/model"))
        self.assertEqual(self.hub.requests("resolve")[0]["encoding"], "identity")
        self.is_whole(self.repo)

    def test_a_reply_of_another_etag(self):
        wrong = git_sha1(b"something else")
        etag = self.repo.etag
        listing = self.repo.listing()
        self.repo.listing = lambda: listing
        self.repo.etag = lambda path: wrong if path == "config.json" else etag(path)
        self.fails(self.pull("some/model"), "config.json: the hub lists", "and sends " + wrong[:12])


class Tokens(HubCase):
    token = "hf_secretsecret"

    def test_the_token_is_for_the_hub_alone(self):
        repo = self.add(token=self.token)
        self.ok(self.pull("some/model", env={"HF_TOKEN": self.token}))
        self.is_whole(repo)
        for request in self.hub.log:
            expected = "Bearer " + self.token if request["where"] == "hub" else None
            self.assertEqual(request["token"], expected, request)

    def test_a_redirect_within_the_hub_keeps_it(self):
        repo = self.add("new/name", token=self.token)
        for call in ("revision/main", "tree/" + repo.commit):
            self.hub.fail("/api/models/old/name/" + call, "redirect", "/api/models/new/name/" + call)
        for path in repo.files:
            self.hub.fail("/old/name/resolve/.*/" + path, "redirect",
                          "/new/name/resolve/%s/%s" % (repo.commit, path))
        self.ok(self.pull("old/name", env={"HF_TOKEN": self.token}))
        self.is_whole(repo, name="old/name")

    def test_a_redirect_to_another_host_loses_it(self):
        self.add()
        for name in ("config.json", WEIGHTS):
            self.hub.fail("resolve.*/" + name, "redirect", self.hub.cdn_url + "/elsewhere")
        self.fails(self.pull("some/model", env={"HF_TOKEN": self.token}), "config.json", "not found")
        elsewhere = self.hub.requests("elsewhere")
        self.assertTrue(elsewhere)
        self.assertEqual({r["token"] for r in elsewhere}, {None})

    def test_a_next_page_at_another_host_does_not_get_it(self):
        self.add()
        self.hub.page = 1
        real, self.hub.url = self.hub.url, self.hub.cdn_url
        done = self.pull("some/model", env={"HF_TOKEN": self.token, "HF_ENDPOINT": real})
        self.assertEqual(done.returncode, 1)
        self.assertEqual({r["token"] for r in self.hub.log if r["where"] == "cdn"}, {None})

    def test_it_comes_from_a_file(self):
        self.add(token=self.token)
        (self.home / "mine").write_text(self.token + "\n")
        self.ok(self.pull("some/model", env={"HF_TOKEN_PATH": str(self.home / "mine")}))

    def test_it_comes_from_where_login_puts_it(self):
        self.add(token=self.token)
        (self.home / "huggingface").mkdir()
        (self.home / "huggingface/token").write_text(self.token)
        self.ok(self.pull("some/model", env={"HF_HOME": str(self.home / "huggingface")}))
        self.fails(self.pull("some/model", env={
            "HF_HOME": str(self.home / "huggingface"), "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}), "no such model")

    def test_one_with_a_line_break_inside_goes_nowhere(self):
        self.add()
        self.fails(self.pull("some/model", env={"HF_TOKEN": "a\nX-Evil: b"}), "HF_TOKEN: this is not a token", code=2)
        self.assertEqual(self.hub.log, [])

    def test_no_message_shows_it_or_a_signature(self):
        repo = self.add(token=self.token)
        self.hub.fail(repo.etag(WEIGHTS), "status", 404)
        done = self.fails(self.pull("some/model", env={"HF_TOKEN": self.token}), WEIGHTS)
        for secret in (self.token, "secret"):
            self.assertNotIn(secret, done.stderr)


class Refusals(HubCase):
    def test_a_model_that_is_not_there(self):
        self.fails(self.pull("some/nothing"), "some/nothing@main: %s has no such model" % self.hub.url, "private")
        self.assertFalse(self.cache.exists())

    def test_a_private_one_with_a_wrong_token(self):
        self.add(token="right")
        self.fails(self.pull("some/model", env={"HF_TOKEN": "wrong"}), "the token may not see it")

    def test_a_gated_one(self):
        self.add(token="right", gated=True)
        self.fails(self.pull("some/model"), "gated: accept its terms", "HF_TOKEN")
        self.ok(self.pull("some/model", env={"HF_TOKEN": "right"}))

    def test_401_without_a_code(self):
        self.add()
        self.hub.fail("revision", "status", 401)
        self.fails(self.pull("some/model"), "401: a token is needed")

    def test_a_file_that_is_listed_and_gone(self):
        self.add()
        self.hub.fail("config.json", "status", 404, headers={"code": "EntryNotFound"})
        self.fails(self.pull("some/model"), "config.json: not found at")

    def test_429_waits_as_long_as_it_is_told(self):
        self.add()
        self.hub.fail("/tree/", "status", 429, headers={"Retry-After": "1"})
        begun = time.monotonic()
        done = self.ok(self.pull("some/model"))
        self.assertGreaterEqual(time.monotonic() - begun, 1)
        self.assertIn("trying again in 1 s", done.stderr)

    def test_429_for_longer_than_anyone_waits(self):
        self.add()
        self.hub.fail("/tree/", "status", 429, headers={"Retry-After": "100000"})
        self.fails(self.pull("some/model"), "the server answered 429")

    def test_trouble_that_passes(self):
        repo = self.add()
        for status in (500, 502, 503, 504, 408, 429):
            self.hub.fail("revision", "status", status)
        self.hub.fail(WEIGHTS, "status", 503, times=3)
        self.hub.fail(repo.etag(WEIGHTS), "status", 500, times=3)
        self.ok(self.pull("--retries", 6, "some/model"))
        self.is_whole(repo)

    def test_trouble_that_stays(self):
        self.add()
        self.hub.fail("revision", "status", 503, times=99)
        self.fails(self.pull("--retries", 2, "some/model"), "the server answered 503: made to fail (tried 3 times)")
        self.assertEqual(len(self.hub.log), 3)

    def test_what_trying_again_does_not_help(self):
        self.add()
        self.hub.fail("revision", "status", 400, times=99)
        self.fails(self.pull("some/model"), "the server answered 400")
        self.assertEqual(len(self.hub.log), 1)

    def test_redirects_without_end(self):
        self.add()
        self.hub.fail("round", "redirect", "/round", times=99)
        self.hub.fail("revision", "redirect", "/round")
        self.fails(self.pull("some/model"), "redirects")

    def test_nobody_there(self):
        self.fails(self.pull("--retries", 1, "some/model", env={"HF_ENDPOINT": "http://127.0.0.1:1"}),
                   "some/model@main: ", "127.0.0.1", "(tried 2 times)")

    def test_stopped_before_anything_came(self):
        self.env = {**self.env, "HF_ENDPOINT": "http://127.0.0.1:1"}
        process = self.start("model", "pull", "some/model")
        self.assertIn("; trying again", process.stderr.readline())
        done = stop(process)
        self.assertEqual((done.returncode, done.stderr), (130, "sentiment-cli: some/model: stopped\n"))

    def test_endpoints_that_are_none(self):
        for url in ("ftp://x", "file:///etc/passwd", "huggingface.co", "http://a@b"):
            self.fails(self.pull("some/model", env={"HF_ENDPOINT": url}), "HF_ENDPOINT", code=2)

    def test_a_redirect_to_a_file_of_this_machine(self):
        self.add()
        self.hub.fail("config.json", "redirect", "file:///etc/passwd", times=99)
        self.fails(self.pull("some/model"), "config.json: ")

    def test_whoever_answers_is_no_hub(self):
        self.add()
        for body in (b"<html>", b"[]", b"{}", b'{"sha": "main"}', b""):
            self.hub.fail("revision", "body", body)
            self.fails(self.pull("some/model"), "does not answer as a hub")
        self.hub.fail("/tree/", "body", b'{"error": "x"}')
        self.fails(self.pull("some/model"), "no config.json")


class OddRepositories(HubCase):
    def test_no_config(self):
        files = tiny("bert")
        del files["config.json"]
        self.add(files=files)
        self.fails(self.pull("some/model"), "some/model: no config.json there")

    def test_no_weights_that_can_be_read(self):
        files = tiny("bert", {"tf_model.h5": b"h5"})
        del files[WEIGHTS]
        self.add(files=files)
        self.fails(self.pull("some/model"), "no weights there that can be read here")

    def test_a_model_of_another_kind_is_refused_before_its_weights(self):
        files = tiny("bert")
        files["config.json"] = b'{"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2"}'
        repo = self.add(files=files)
        self.fails(self.pull("some/model"), "config.json: ", "GPT2LMHeadModel")
        self.assertEqual(self.hub.requests(repo.etag(WEIGHTS)), [])

    def test_an_index_that_leads_elsewhere(self):
        for shard in ("../../../etc/passwd", "/etc/passwd", "nowhere.safetensors", 7):
            files = tiny("bert-sharded")
            files["model.safetensors.index.json"] = (
                '{"weight_map": {"a": %s}}' % (shard if shard == 7 else '"%s"' % shard)).encode()
            self.add(files=files)
            self.fails(self.pull("some/model"), "model.safetensors.index.json: ", "file")
        self.assertEqual(self.hub.requests("passwd|nowhere"), [])

    def test_a_listing_that_leads_elsewhere(self):
        repo = self.add()
        entries = repo.listing()
        entries += [{**entries[0], "path": p} for p in ("../config.json", "a/vocab.txt", "", ".x", "a b", 7)]
        entries += [{**entries[0], "path": "vocab.txt", "oid": "../../../../x"}, {"path": "merges.txt"}, 7]
        repo.listing = lambda: entries
        self.ok(self.pull("some/model"))
        self.is_whole(repo)


class Surroundings(HubCase):
    def test_where_the_cache_is(self):
        self.add()
        for env, place in (({"HF_HUB_CACHE": "~/a"}, "a"), ({"HF_HOME": str(self.home / "b")}, "b/hub"),
                           ({"XDG_CACHE_HOME": str(self.home / "c")}, "c/huggingface/hub"),
                           ({}, ".cache/huggingface/hub")):
            self.env.pop("HF_HUB_CACHE", None)
            out = self.ok(self.pull("-q", "some/model", env=env)).stdout
            self.assertTrue(out.startswith("%s/%s/models--" % (self.home, place)), out)

    def test_offline_uses_what_is_there(self):
        self.add()
        offline = {"HF_HUB_OFFLINE": "1"}
        self.fails(self.pull("some/model", env=offline), "not in the cache, and HF_HUB_OFFLINE is set")
        out = self.ok(self.pull("some/model")).stdout
        self.hub.log.clear()
        self.assertEqual(self.ok(self.pull("some/model", env=offline)).stdout, out)
        self.assertEqual(self.hub.log, [])

    def test_through_a_proxy(self):
        self.add(large=())
        proxied = {"HF_ENDPOINT": "http://hub.invalid", "http_proxy": self.hub.url}
        self.ok(self.pull("some/model", env=proxied))
        self.assertEqual({r["host"] for r in self.hub.log}, {"hub.invalid"})
        self.hub.log.clear()
        self.fails(self.pull("--retries", 1, "some/model", env={**proxied, "no_proxy": "hub.invalid"}), "hub.invalid")
        self.assertEqual(self.hub.log, [])

    def test_a_place_that_cannot_be_written(self):
        self.add()
        self.fails(self.pull("some/model", env={"HF_HUB_CACHE": "/proc/nothing"}), "/proc/nothing: ")
        self.fails(self.pull("some/model", env={"HF_HUB_CACHE": "/dev/null/x"}), "/dev/null/x: ")

    def test_a_write_that_fails_keeps_what_is_there(self):
        repo = self.add()

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (50000, resource.RLIM_INFINITY))

        self.fails(self.pull("some/model", preexec_fn=limit), repo.etag(WEIGHTS) + ".incomplete: File too large")
        self.assertEqual(self.blobs()[repo.etag(WEIGHTS) + ".incomplete"], 50000)
        self.ok(self.pull("some/model"))
        self.assertEqual(self.hub.requests(repo.etag(WEIGHTS))[-1]["range"], "bytes=50000-")
        self.is_whole(repo)

    def test_a_disk_that_is_too_small(self):
        self.add(files=tiny("bert", {WEIGHTS: bytes(3000000)}))
        self.cache.mkdir()
        script = 'mount -t tmpfs -o size=1m tmpfs "$1" && shift && exec "$@"'
        probe = ["unshare", "-rm", "sh", "-c", script, "sh", self.cache]
        if not shutil.which("unshare") or subprocess.run(probe + ["true"], capture_output=True).returncode:
            self.skipTest("no mount namespace here")
        done = subprocess.run(probe + [CLI, "model", "pull", "some/model"], env=self.env, text=True,
                              capture_output=True, timeout=60)
        self.fails(done, "the disk has", "free, 3.0 MB are needed")

    def test_a_read_only_cache(self):
        self.add()
        self.ok(self.pull("some/model"))
        script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
        probe = ["unshare", "-rm", "sh", "-c", script, "sh", self.cache]
        if not shutil.which("unshare") or subprocess.run(probe + ["true"], capture_output=True).returncode:
            self.skipTest("no mount namespace here")
        run = lambda *args: subprocess.run(probe + [CLI, *args], env=self.env, text=True, capture_output=True, timeout=60)
        self.ok(run("model", "path", "some/model"))
        self.add("other/model")
        self.fails(run("model", "pull", "other/model"), "models--other--model: Read-only file system")

    def test_a_bar_on_a_terminal(self):
        repo = self.add()
        self.hub.fail(repo.etag(WEIGHTS), "stall", 40000)
        master, slave = pty.openpty()
        process = subprocess.Popen([CLI, "model", "pull", "some/model"], env=self.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=slave)
        os.close(slave)
        seen = b""
        while b"% of 87 kB" not in seen and b"% of " not in seen:
            seen += os.read(master, 4096)
        self.hub.release.set()
        self.assertEqual(process.wait(30), 0)
        self.assertIn(b"#", seen)
        os.close(master)


class PrivateCertificates(HubCase):
    @classmethod
    def setUpClass(cls):
        import tempfile
        if not shutil.which("openssl"):
            raise unittest.SkipTest("no openssl to make a certificate with")
        cls.dir = tempfile.TemporaryDirectory()
        cls.certificate = cls.dir.name + "/both.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hub",
             "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", cls.dir.name + "/key.pem",
             "-out", cls.dir.name + "/cert.pem"], check=True, capture_output=True)
        parts = [pathlib.Path(cls.dir.name, name).read_text() for name in ("key.pem", "cert.pem")]
        pathlib.Path(cls.certificate).write_text("".join(parts))

    @classmethod
    def tearDownClass(cls):
        cls.dir.cleanup()

    def test_one_that_nobody_vouches_for(self):
        self.add()
        self.fails(self.pull("some/model"), "certificate", "SSL_CERT_FILE names other certificates")

    def test_one_that_the_environment_vouches_for(self):
        repo = self.add()
        for name in ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
            self.ok(self.pull("--force", "some/model", env={name: self.dir.name + "/cert.pem"}))
        self.is_whole(repo)

    def test_no_way_leads_to_plain_http(self):
        self.add()
        self.hub.fail("config.json", "redirect", "http://127.0.0.1:1/x", times=99)
        self.fails(self.pull("some/model", env={"SSL_CERT_FILE": self.dir.name + "/cert.pem"}),
                   "config.json: ", "rotocol")


if __name__ == "__main__":
    unittest.main()
