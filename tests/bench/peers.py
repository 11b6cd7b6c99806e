"""Other engines with the same weights: text in, label out, one thread.

Each is made once from the checkpoint into a folder (ONNX from torch, OpenVINO from
that, CTranslate2 by its converter) and asked in batches of 1, 8 or 32, texts sorted
by length. What cannot be installed or made is skipped, with the reason.
"""
import os
import traceback

import numpy as np

BATCHES = (1, 8, 32)


class Tokenizer:
    def __init__(self, model):
        import tokenizers
        self.tok = tokenizers.Tokenizer.from_file(os.path.join(model, "tokenizer.json"))
        self.tok.enable_truncation(512)
        self.tok.enable_padding(pad_id=self.tok.token_to_id("[PAD]") or self.tok.token_to_id("<pad>") or 0)

    def __call__(self, texts):
        rows = self.tok.encode_batch_fast(texts)
        ids = np.array([r.ids for r in rows], dtype=np.int64)
        mask = np.array([r.attention_mask for r in rows], dtype=np.int64)
        return ids, mask


def export(model, path):
    import torch
    import transformers
    net = transformers.AutoModelForSequenceClassification.from_pretrained(
        model, dtype=torch.float32, attn_implementation="eager").eval()

    class Plain(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net

        def forward(self, input_ids, attention_mask):
            return self.net(input_ids=input_ids, attention_mask=attention_mask).logits

    ids = torch.ones(2, 9, dtype=torch.long)
    dims = {0: "batch", 1: "tokens"}
    torch.onnx.export(Plain(), (ids, ids), path, dynamo=False, opset_version=17,
                      input_names=["input_ids", "attention_mask"], output_names=["logits"],
                      dynamic_axes={"input_ids": dims, "attention_mask": dims, "logits": {0: "batch"}})


def made(path, make):
    """path, made when it is not there; a make that is cut leaves nothing."""
    if not os.path.exists(path):
        make(path)
    return path


class Onnx:
    def __init__(self, path):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def __call__(self, ids, mask):
        return self.session.run(["logits"], {"input_ids": ids, "attention_mask": mask})[0]


def onnx_int8(onnx):
    from onnxruntime.quantization import QuantType, quantize_dynamic
    return made(onnx.replace(".onnx", "-int8.onnx"),
                lambda path: quantize_dynamic(onnx, path, weight_type=QuantType.QInt8))


class OpenVino:
    def __init__(self, path, precision):
        import openvino
        self.request = openvino.Core().compile_model(path, "CPU", {
            "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "ENABLE_CPU_PINNING": False,
            "INFERENCE_PRECISION_HINT": precision}).create_infer_request()

    def __call__(self, ids, mask):
        return self.request.infer({"input_ids": ids, "attention_mask": mask})[0]


def openvino_int8(onnx, texts, tokenizer):
    import nncf
    import openvino

    def make(path):
        rows = [tokenizer([t]) for t in texts]
        data = nncf.Dataset([{"input_ids": i, "attention_mask": m} for i, m in rows])
        openvino.save_model(nncf.quantize(openvino.Core().read_model(onnx), data,
                                          model_type=nncf.ModelType.TRANSFORMER), path)
    return made(onnx.replace(".onnx", "-openvino-int8.xml"), make)


class CTranslate2:
    """Encoder by CTranslate2, pooler and head by numpy: it has none of its own."""
    HEADS = (("bert.pooler.dense", "classifier"), ("classifier.dense", "classifier.out_proj"))

    def __init__(self, model, folder, precision):
        import ctranslate2
        import safetensors.numpy

        def make(path):
            ctranslate2.converters.TransformersConverter(model).convert(path)
        path = made(os.path.join(folder, "ctranslate2"), make)
        self.encoder = ctranslate2.Encoder(path, device="cpu", compute_type=precision, intra_threads=1, inter_threads=1)
        w = safetensors.numpy.load_file(os.path.join(model, "model.safetensors"))
        dense, out = next(pair for pair in self.HEADS if f"{pair[0]}.weight" in w)
        self.head = [w[f"{name}.{part}"].astype(np.float32) for name in (dense, out) for part in ("weight", "bias")]

    def __call__(self, ids, mask):
        rows = [list(map(int, row[:n])) for row, n in zip(ids, mask.sum(1))]
        first = np.asarray(self.encoder.forward_batch(rows).last_hidden_state)[:, 0]
        dense, bias, out, last = self.head
        return np.tanh(first @ dense.T + bias) @ out.T + last


def makers(model, folder, calibration, tokenizer):
    def onnx():
        return made(os.path.join(folder, "model.onnx"), lambda path: export(model, path))
    return {
        "ONNX Runtime f32": lambda: Onnx(onnx()),
        "ONNX Runtime int8 (dynamic)": lambda: Onnx(onnx_int8(onnx())),
        "OpenVINO f32": lambda: OpenVino(onnx(), "f32"),
        "OpenVINO bf16": lambda: OpenVino(onnx(), "bf16"),
        "OpenVINO int8 (static, NNCF)": lambda: OpenVino(openvino_int8(onnx(), calibration, tokenizer), "f32"),
        "CTranslate2 f32": lambda: CTranslate2(model, folder, "float32"),
        "CTranslate2 int8": lambda: CTranslate2(model, folder, "int8"),
    }


def passes(run, tokenizer, texts, batch):
    """A function that labels all texts once, in batches of texts of like length."""
    def work():
        ordered = sorted(texts, key=len) if batch > 1 else texts
        return [run(*tokenizer(ordered[i:i + batch])).argmax(1) for i in range(0, len(ordered), batch)]
    return work


def check(run, tokenizer, texts, reference):
    """Share of texts with the reference's label: a peer must compute the same model."""
    labels = [int(run(*tokenizer([t])).argmax()) for t in texts]
    return sum(a == b for a, b in zip(labels, reference)) / len(texts)


def contestants(model, folder, texts, calibration, reference, least):
    """name to function that labels all texts; and name to why it is skipped."""
    os.makedirs(folder, exist_ok=True)
    tokenizer = Tokenizer(model)
    found, skipped = {}, {}
    for name, make in makers(model, folder, calibration, tokenizer).items():
        try:
            run = make()
            share = check(run, tokenizer, texts, reference)
            if share < least:
                raise ValueError(f"only {100 * share:.0f} % of its labels are those of fp32")
            for batch in BATCHES:
                found[f"{name}, batch {batch}"] = passes(run, tokenizer, texts, batch)
        except Exception as why:  # noqa: BLE001, whatever a peer throws, it is left out
            if os.environ.get("DEBUG"):
                traceback.print_exc()
            skipped[name] = f"{type(why).__name__}: {str(why).splitlines()[0][:120] if str(why) else ''}"
    return found, skipped
