"""hubcase.py - a hub of a test's own, a cache of its own, and the command."""
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from fakehub import FakeHub, Repo

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("B", ROOT / "build")).resolve()
CLI = BUILD / "bin/sentiment-cli"
TINY = ROOT / "tests/vectors/tiny"
WEIGHTS = "model.safetensors"
# Of the caller's environment only what the loader needs.
CLEAN = {k: v for k, v in os.environ.items() if k in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS")}


def tiny(name, extra=None):
    """The files of a checkpoint in tests/vectors/tiny, and others."""
    files = {p.name: p.read_bytes() for p in (TINY / name).iterdir() if p.name != "vectors.jsonl"}
    return {**files, **(extra or {})}


def weights_of(files):
    return [f for f in files if f.endswith((".safetensors", ".bin"))]


class HubCase(unittest.TestCase):
    certificate = None

    def setUp(self):
        self.hub = FakeHub(self.certificate)
        self.addCleanup(self.hub.close)
        folder = tempfile.TemporaryDirectory(prefix="sentiment-hub-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.cache = self.home / "hub"
        self.env = {**CLEAN, "HOME": str(self.home), "HF_ENDPOINT": self.hub.url,
                    "HF_HUB_CACHE": str(self.cache)}

    def add(self, name="some/model", files=None, **kwargs):
        files = files or tiny("bert")
        self.hub.repos[name] = Repo(files, kwargs.pop("large", weights_of(files)), **kwargs)
        return self.hub.repos[name]

    def command(self, *args, env=None, **kwargs):
        return subprocess.run([CLI, *map(str, args)], env={**self.env, **(env or {})}, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60, **kwargs)

    def pull(self, *args, **kwargs):
        return self.command("model", "pull", "--retry-ms", 5, *args, **kwargs)

    def start(self, *args):
        return subprocess.Popen([CLI, *map(str, args)], env=self.env, text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def ok(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def fails(self, done, *parts, code=1):
        """One line on standard error that says these things, and nothing else but that it was tried again."""
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        lines = [line for line in done.stderr.splitlines() if not line.endswith("; trying again")]
        self.assertEqual(len(lines), 1, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
        return done

    def folder(self, name="some/model"):
        return self.cache / ("models--" + name.replace("/", "--"))

    def blobs(self, name="some/model"):
        return {p.name: p.stat().st_size for p in (self.folder(name) / "blobs").iterdir()}

    def incomplete(self):
        return [n for n in self.blobs() if n.endswith(".incomplete")]

    def is_whole(self, repo, paths=None, name="some/model", revision="main"):
        """The cache holds just these files of repo, as huggingface_hub would have it."""
        paths = paths or sorted(repo.files)
        folder = self.folder(name)
        snapshot = folder / "snapshots" / repo.commit
        self.assertEqual(sorted(p.name for p in snapshot.iterdir()), sorted(paths))
        for path in paths:
            self.assertEqual(os.readlink(snapshot / path), "../../blobs/" + repo.etag(path))
            self.assertEqual((snapshot / path).read_bytes(), repo.files[path])
        self.assertEqual(sorted(self.blobs(name)), sorted({repo.etag(p) for p in paths}))
        if revision != repo.commit:
            self.assertEqual((folder / "refs" / revision).read_bytes(), repo.commit.encode())


def stop(process, number=signal.SIGINT):
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    return subprocess.CompletedProcess([], process.returncode, out, err)
