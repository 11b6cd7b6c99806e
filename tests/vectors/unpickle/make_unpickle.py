"""Writes the pytorch_model.bin files of this folder: good ones, and ones to refuse.

    pip install -r requirements.txt
    python make_unpickle.py

What torch.save makes is left as it is, or one entry of it is changed. The
names say what a file is; tests/test_unpickle.c says what must come of it. All
but bad_legacy.bin, which holds addresses of memory, come out the same each time.
"""
import io
import os
import pickle
import struct
import sys
import zipfile
from collections import OrderedDict

import torch

HERE = os.path.dirname(os.path.abspath(__file__))


def state():
    """One tensor of each kind: their values are in test_unpickle.c."""
    matrix = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    dict_ = OrderedDict(
        matrix=matrix, tied=matrix[1], half=torch.tensor([1.0, -2.0]).half(),
        brain=torch.tensor([[0.5, 4.0]], dtype=torch.bfloat16), position_ids=torch.arange(3),
        double=torch.ones(2, dtype=torch.float64), scalar=torch.tensor(7.0),
        parameter=torch.nn.Parameter(torch.full((2,), 3.0)))
    dict_._metadata = OrderedDict([("", {"version": 1})])
    return dict_


def saved(what, **options):
    out = io.BytesIO()
    torch.save(what, out, **options)
    return out.getvalue()


def changed(archive, change, how=zipfile.ZIP_STORED):
    """The archive with change(name, bytes) instead of each entry; None drops it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", how) as new:
        for name in old.namelist():
            data = change(name.split("/", 1)[1], old.read(name))
            if data is not None:
                new.writestr(zipfile.ZipInfo(name), data, how)
    return out.getvalue()


def with_entry(entry, data):
    return changed(saved(state()), lambda name, old: data if name == entry else old)


def zip64(archive):
    """The same archive with every size and place in zip64 records."""
    entries, out, directory = [], b"", b""
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        entries = [(name.encode(), old.read(name)) for name in old.namelist()]
    for name, data in entries:
        extra = struct.pack("<HHQQQ", 1, 24, len(data), len(data), len(out))
        directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 33, 0, 0xFFFFFFFF, 0xFFFFFFFF,
                                 len(name), len(extra), 0, 0, 0, 0, 0xFFFFFFFF) + name + extra
        local = struct.pack("<HHQQ", 1, 16, len(data), len(data))
        out += struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 0, 0, 33, 0, 0xFFFFFFFF, 0xFFFFFFFF, len(name),
                           len(local)) + name + local + data
    at = len(out)
    out += directory
    end = len(out)
    out += struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, len(entries), len(entries), len(directory), at)
    out += struct.pack("<IIQI", 0x07064B50, 0, end, 1)
    return out + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)


class RunsACommand:
    def __reduce__(self):
        return os.system, ("echo a pickle ran this >&2; touch owned",)


def rebuilt(offset, shape, stride, count):
    """A pickle of one tensor "w" whose numbers torch.save would never write."""
    def number(n):
        return b"\x8a\x08" + struct.pack("<q", n)

    def tuple_(numbers):
        return b"(" + b"".join(map(number, numbers)) + b"t"

    return (b"\x80\x02}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\n"
            b"X\x01\0\0\0" + b"0X\x03\0\0\0cpu" + number(count) + b"tQ" + number(offset) + tuple_(shape) +
            tuple_(stride) + b"\x89ccollections\nOrderedDict\n)RtRs.")


def files():
    good = saved(state())
    return {
        "good": good,
        "good_protocol4": saved(state(), pickle_protocol=4),
        "good_zip64": zip64(good),
        "bad_legacy": saved(state(), _use_new_zipfile_serialization=False),
        "bad_transposed": saved({"turned": torch.arange(6.0).reshape(2, 3).t()}),
        "bad_module": saved(torch.nn.Linear(2, 2)),
        "bad_nested": saved({"model": state()}),
        "bad_list": saved([torch.ones(2)]),
        "bad_number_key": saved({1: torch.ones(2)}),
        "bad_sparse": saved({"sparse": torch.eye(2).to_sparse()}),
        "bad_command": with_entry("data.pkl", pickle.dumps({"w": RunsACommand()}, 2)),
        "bad_command_protocol4": with_entry("data.pkl", pickle.dumps({"w": RunsACommand()}, 4)),
        "bad_big_endian": with_entry("byteorder", b"big"),
        "bad_no_pickle": with_entry("data.pkl", None),
        "bad_no_storage": with_entry("data/0", None),
        "bad_short_storage": with_entry("data/0", b"\0" * 20),
        "bad_deflated": changed(good, lambda name, old: old, zipfile.ZIP_DEFLATED),
        # 4 * (offset + 300) is 20 in 64 bits, and the storage has 24.
        "bad_offset_wraps": with_entry("data.pkl", rebuilt(2**62 - 295, [300], [1], 2**62 + 5)),
        "bad_offset": with_entry("data.pkl", rebuilt(-1, [2], [1], 6)),
        "bad_beyond_storage": with_entry("data.pkl", rebuilt(1, [6], [1], 6)),
        "bad_size_overflows": with_entry("data.pkl", rebuilt(0, [2**31 - 1] * 3, [(2**31 - 1)**2, 2**31 - 1, 1], 6)),
    }


def main():
    torch.manual_seed(1)
    for name, data in files().items():
        with open(os.path.join(HERE, name + ".bin"), "wb") as out:
            out.write(data)
    with open(os.path.join(HERE, "VERSIONS"), "w") as out:
        out.write(f"python {sys.version.split()[0]}\ntorch {torch.__version__}\n")


if __name__ == "__main__":
    if len(sys.argv) != 1:
        sys.exit(__doc__)
    main()
