"""classify.py - the library from Python, through its C ABI and nothing else.

    python3 classify.py libsentiment.so MODEL_DIR TEXT…
"""
import ctypes as c
import sys


class Error(c.Structure):
    _fields_ = [("status", c.c_int), ("message", c.c_char * 252)]


class Text(c.Structure):
    _fields_ = [("bytes", c.c_char_p), ("len", c.c_size_t)]


class Result(c.Structure):
    _fields_ = [("status", c.c_int32), ("label", c.c_int32), ("score", c.c_float),
                ("tokens", c.c_uint32), ("windows", c.c_uint32), ("flags", c.c_uint32)]


def main(library, model, *strings):
    lib = c.CDLL(library)
    lib.sentiment_classifier_label.restype = c.c_char_p
    lib.sentiment_classifier_label.argtypes = [c.c_void_p, c.c_size_t]
    lib.sentiment_classifier_close.argtypes = [c.c_void_p]
    lib.sentiment_classify.argtypes = [
        c.c_void_p, c.POINTER(Text), c.c_size_t, c.POINTER(Result), c.POINTER(c.c_float), c.POINTER(Error)]
    classifier, error = c.c_void_p(), Error()
    if lib.sentiment_classifier_open(c.byref(classifier), model.encode(), None, c.byref(error)):
        sys.exit(error.message.decode())
    encoded = [string.encode() for string in strings]
    texts = (Text * len(encoded))(*[Text(e, len(e)) for e in encoded])
    results = (Result * len(encoded))()
    # ctypes lets other Python threads run during the call.
    if lib.sentiment_classify(classifier, texts, len(texts), results, None, c.byref(error)):
        sys.exit(error.message.decode())
    for string, result in zip(strings, results):
        if result.status == 0:
            label = lib.sentiment_classifier_label(classifier, result.label).decode()
            print(f"{label} {result.score:.3f} {string}")
    lib.sentiment_classifier_close(classifier)


main(*sys.argv[1:])
