"""Writes scores.txt: the bits of a float32, a space, Python's repr of it widened.

    python3 make_scores.py > scores.txt        (CPython 3.11)

repr is the shortest decimal that reads back, computed by David Gay's code: it
shares nothing with ours. Every power of two that is a float32, its neighbours,
and 3,000 floats spread over [0, 1] and over all exponents.
"""
import random
import struct


def widened(bits):
    return struct.unpack("<f", struct.pack("<I", bits))[0]


def main():
    random.seed(20260101)
    bits = set()
    for exponent in range(0, 255):
        for step in (-1, 0, 1):
            bits.add(max(0, (exponent << 23) + step))
    for i in range(23):
        bits.add(1 << i)  # the subnormal powers of two
    for _ in range(2000):
        score = random.random()
        bits.add(struct.unpack("<I", struct.pack("<f", score))[0])
    for _ in range(1000):
        bits.add(random.randrange(0, 0x7F800000))
    for score in (0.0, 0.1, 0.5, 1.0, 1e-5, 1e-4, 123456.0, 0.9984525442123413):
        bits.add(struct.unpack("<I", struct.pack("<f", score))[0])
    for b in sorted(bits):
        if b < 0x7F800000:
            print(f"{b:08x} {widened(b)!r}")


main()
