"""oracle.py - huggingface_hub and safetensors, the official ones, against the command.

Run by oracle.sh in an environment that has them. The hub is the imitation.
"""
import os
import subprocess
import sys
import unittest

import ml_dtypes
import numpy
import safetensors.numpy

from hubcase import TINY, WEIGHTS, HubCase, tiny

SNIPPETS = {
    "offline": """
        from huggingface_hub import snapshot_download, hf_hub_download, try_to_load_from_cache
        print(snapshot_download("some/model", local_files_only=True))
        print(hf_hub_download("some/model", "config.json", local_files_only=True))
        print(try_to_load_from_cache("some/model", "tokenizer.json"))
        print(snapshot_download("some/model", revision="v1", local_files_only=True))
    """,
    "scan": """
        from huggingface_hub import scan_cache_dir
        found = scan_cache_dir()
        assert not found.warnings, found.warnings
        for repo in found.repos:
            for one in repo.revisions:
                print(repo.repo_id, one.commit_hash, one.size_on_disk, len(one.files), *sorted(one.refs))
    """,
    "pull": """
        from huggingface_hub import snapshot_download
        print(snapshot_download("some/model"))
    """,
    "lock": """
        import sys, time
        from huggingface_hub.utils import WeakFileLock
        with WeakFileLock(sys.argv[1]):
            print("held", flush=True)
            sys.stdin.readline()
    """,
}


class Official(HubCase):
    def python(self, name, *args, start=False, **env):
        lines = "\n".join(line[8:] for line in SNIPPETS[name].splitlines())
        call = [sys.executable, "-W", "ignore", "-c", lines, *args]
        environment = {**self.env, "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
                       "HF_HUB_DISABLE_UPDATE_CHECK": "1", **env}
        if start:
            return subprocess.Popen(call, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        done = subprocess.run(call, env=environment, text=True, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()


class BothWays(Official):
    def setUp(self):
        super().setUp()
        self.old = self.add(files=tiny("bert", {"tokenizer_config.json": b'{"model_max_length":  64}'}))
        self.repo = self.add(branches={"v1": self.old})

    def snapshot(self, repo):
        return str(self.folder() / "snapshots" / repo.commit)

    def test_huggingface_hub_reads_what_we_pulled(self):
        self.ok(self.pull("some/model"))
        self.ok(self.pull("some/model@v1"))
        found = self.python("offline", HF_HUB_OFFLINE="1")
        here = self.snapshot(self.repo)
        self.assertEqual(found, [here, here + "/config.json", here + "/tokenizer.json", self.snapshot(self.old)])

    def test_huggingface_hub_finds_no_fault_with_it(self):
        self.ok(self.pull("some/model"))
        self.ok(self.pull("some/model@v1"))
        size = sum(map(len, self.repo.files.values()))
        expected = ["some/model %s %d 4 %s" % (r.commit, sum(map(len, r.files.values())), n)
                    for r, n in ((self.repo, "main"), (self.old, "v1"))]
        self.assertEqual(sorted(self.python("scan")), sorted(expected), size)

    def test_huggingface_hub_fetches_nothing_after_us(self):
        self.ok(self.pull("some/model"))
        self.hub.log.clear()
        self.assertEqual(self.python("pull"), [self.snapshot(self.repo)])
        self.assertEqual([r["path"] for r in self.hub.log if r["where"] == "cdn"], [])

    def test_we_read_what_huggingface_hub_pulled(self):
        self.assertEqual(self.python("pull"), [self.snapshot(self.repo)])
        self.assertEqual(self.ok(self.command("model", "path", "some/model")).stdout, self.snapshot(self.repo) + "\n")
        self.assertIn("4 files", self.ok(self.command("model", "verify", "some/model")).stderr)
        self.hub.log.clear()
        self.assertIn("nothing new", self.ok(self.pull("some/model")).stderr)
        self.assertEqual(self.hub.requests("resolve|signature"), [])
        self.is_whole(self.repo)

    def test_we_remove_what_huggingface_hub_pulled(self):
        self.python("pull")
        self.ok(self.command("model", "remove", "--yes", "some/model"))
        self.assertFalse(self.folder().exists())

    def test_its_lock_holds_us(self):
        locks = self.cache / ".locks/models--some--model"
        locks.mkdir(parents=True)
        holder = self.python("lock", str(locks / (self.repo.etag(WEIGHTS) + ".lock")), start=True)
        self.assertEqual(holder.stdout.readline(), "held\n")
        process = self.start("model", "pull", "some/model")
        self.assertIn(WEIGHTS + ": another process fetches it", process.stderr.readline())
        self.assertEqual(self.hub.requests("signature"), [])
        holder.communicate("\n", timeout=30)
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0, err)
        self.is_whole(self.repo)


class Conversions(Official):
    """Random bits, so that every kind of rounding comes up."""

    def test_the_file_is_the_one_that_safetensors_writes(self):
        names = {"bf16": ml_dtypes.bfloat16, "fp16": numpy.float16, "keep": numpy.float32}
        shapes = {k: v.shape for k, v in safetensors.numpy.load_file(TINY / "bert" / WEIGHTS).items()}
        for seed, (dtype, target) in enumerate(names.items()):
            random = numpy.random.default_rng(seed)
            source = self.home / ("source-" + dtype)
            source.mkdir()
            for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
                (source / name).write_bytes((TINY / "bert" / name).read_bytes())
            tensors = {}
            for name, shape in shapes.items():
                bits = random.integers(0, 2 ** 32, shape, dtype=numpy.uint32)
                values = bits.view(numpy.float32)
                top = 65519 if dtype == "fp16" else 3.38e38
                with numpy.errstate(all="ignore"):
                    values = numpy.where(numpy.abs(values) <= top, values, 1).astype(numpy.float32)
                    small = random.integers(0, 4, shape) > 0  # most of them where F16 has its subnormals
                    near = numpy.ldexp(random.standard_normal(shape), random.integers(-28, 4, shape)).astype(numpy.float32)
                tensors[name] = numpy.where(small, near, values)
            safetensors.numpy.save_file(tensors, source / WEIGHTS)
            self.ok(self.command("model", "convert", "--dtype", dtype, source, self.home / dtype))
            with numpy.errstate(all="ignore"):
                narrow = {k: v.astype(target) for k, v in tensors.items()}
            safetensors.numpy.save_file(narrow, self.home / "expected", metadata={"format": "pt"})
            expected = (self.home / "expected").read_bytes()
            found = (self.home / dtype / WEIGHTS).read_bytes()
            self.assertEqual(len(found), len(expected))
            first = next((i for i, pair in enumerate(zip(found, expected)) if pair[0] != pair[1]), None)
            self.assertIsNone(first, "%s: byte %s differs" % (dtype, first))


if __name__ == "__main__":
    unittest.main()
