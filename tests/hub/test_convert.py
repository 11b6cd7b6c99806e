"""test_convert.py - `model convert`: what the command adds to the library's own tests."""
import json
import os
import resource
import signal
import struct
import unittest

from hubcase import TINY, WEIGHTS, HubCase


def read(path):
    """The header and the bytes of a safetensors file."""
    data = path.read_bytes()
    n = struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8:8 + n]), data[8 + n:]


class Converts(HubCase):
    def setUp(self):
        super().setUp()
        self.source = self.home / "source"
        self.source.mkdir()
        for path in (TINY / "bert").iterdir():
            (self.source / path.name).write_bytes(path.read_bytes())

    def convert(self, *args, **kwargs):
        return self.command("model", "convert", *args, **kwargs)

    def test_it_prints_the_directory(self):
        done = self.ok(self.convert(self.source, self.home / "new/"))
        self.assertEqual((done.stdout, done.stderr), ("%s/new\n" % self.home, ""))

    def test_what_was_pulled(self):
        self.add()
        self.ok(self.pull("some/model"))
        self.ok(self.convert("--dtype", "bf16", "some/model", self.home / "new"))
        self.assertEqual((self.home / "new" / WEIGHTS).read_bytes(), (TINY / "bert-bf16" / WEIGHTS).read_bytes())
        self.assertFalse(any(p.is_symlink() for p in (self.home / "new").iterdir()))
        self.ok(self.command("model", "verify", self.home / "new"))

    def test_twice_the_same_bytes(self):
        for name in ("a", "b"):
            self.ok(self.convert("--dtype", "fp16", self.source, self.home / name))
        for path in (self.home / "a").iterdir():
            self.assertEqual(path.read_bytes(), (self.home / "b" / path.name).read_bytes())

    def test_tensors_that_are_no_weights_stay_as_they_are(self):
        header, data = read(self.source / WEIGHTS)
        more = {"bert.embeddings.position_ids": ("I64", struct.pack("<4q", 3, 1, -1, 2 ** 40)),
                "a.mask": ("BOOL", b"\1\0\1"), "b.double": ("F64", struct.pack("<d", 0.1)),
                "c.\"odd\" näme": ("U8", b"\7")}
        for name, (dtype, some) in more.items():
            size = {"I64": 8, "BOOL": 1, "F64": 8, "U8": 1}[dtype]
            header[name] = {"dtype": dtype, "shape": [len(some) // size], "data_offsets": [len(data), len(data) + len(some)]}
            data += some
        text = json.dumps(header).encode()
        (self.source / WEIGHTS).write_bytes(struct.pack("<Q", len(text)) + text + data)
        self.ok(self.convert("--dtype", "bf16", self.source, self.home / "new"))
        found, bytes_ = read(self.home / "new" / WEIGHTS)
        self.assertEqual(set(found), set(header))
        for name, (dtype, some) in more.items():
            begin, end = found[name]["data_offsets"]
            self.assertEqual((found[name]["dtype"], bytes_[begin:end]), (dtype, some))
        self.assertEqual(next(n for n, e in found.items() if e.get("data_offsets", [1])[0] == 0),
                         "bert.embeddings.position_ids")

    def test_a_disk_that_is_full_leaves_nothing(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (50000, resource.RLIM_INFINITY))

        self.fails(self.convert(self.source, self.home / "new", preexec_fn=limit), "File too large")
        self.assertEqual(sorted(os.listdir(self.home)), ["source"])

    def test_wrong_usage(self):
        self.fails(self.convert(self.source), "needs DIR|OWNER/NAME", code=2)
        self.fails(self.convert(self.source, "a", "b"), "needs DIR|OWNER/NAME", code=2)
        self.fails(self.convert("--dtype", "int8", self.source, "a"), "is not one of keep|fp32|bf16|fp16", code=2)
        self.fails(self.convert("some/nothing", self.home / "new"), "model pull some/nothing")


if __name__ == "__main__":
    unittest.main()
