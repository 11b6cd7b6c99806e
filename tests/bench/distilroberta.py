"""Makes a checkpoint of DistilRoBERTa's shape, with random weights from a fixed seed.

    python distilroberta.py FOLDER

How fast a network is does not depend on what it has learnt. RoBERTa's own tokenizer
is read from ROBERTA_TOKENIZER or shared/data beside the repository; without it the
small one of the tests stands in, whose tokens are shorter and so texts longer: all
engines read the same ids. A checkpoint that is there stays.
"""
import json
import os
import shutil
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
OWN = os.environ.get("ROBERTA_TOKENIZER", os.path.join(ROOT, "../shared/data/roberta-tokenizer"))
SMALL = os.path.join(ROOT, "tests/vectors/tokenizer/roberta-files")
SPECIALS = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "pad_token": "<pad>",
            "unk_token": "<unk>", "mask_token": "<mask>"}


def is_own():
    return os.path.exists(os.path.join(OWN, "merges.txt"))


def write_tokenizer(folder):
    import tokenizers
    source = OWN if is_own() else SMALL
    files = [os.path.join(source, name) for name in ("vocab.json", "merges.txt")]
    tok = tokenizers.Tokenizer(tokenizers.models.BPE.from_file(*files))
    tok.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.decoder = tokenizers.decoders.ByteLevel()
    tok.add_special_tokens(sorted(set(SPECIALS.values()), key=tok.token_to_id))
    tok.post_processor = tokenizers.processors.RobertaProcessing(
        ("</s>", tok.token_to_id("</s>")), ("<s>", tok.token_to_id("<s>")), add_prefix_space=False)
    tok.save(os.path.join(folder, "tokenizer.json"))
    for path in files:
        shutil.copyfile(path, os.path.join(folder, os.path.basename(path)))
    with open(os.path.join(folder, "tokenizer_config.json"), "w", encoding="utf-8") as f:
        json.dump(dict(tokenizer_class="RobertaTokenizer", model_max_length=512, **SPECIALS), f)


def make(folder):
    if os.path.exists(os.path.join(folder, "model.safetensors")):
        return
    import torch
    import transformers
    labels = {0: "negative", 1: "neutral", 2: "positive"}
    torch.manual_seed(1)
    # Wider than at the start of training, so that labels differ between texts.
    net = transformers.RobertaForSequenceClassification(transformers.RobertaConfig(
        vocab_size=50265, max_position_embeddings=514, type_vocab_size=1, hidden_size=768, num_hidden_layers=6,
        num_attention_heads=12, intermediate_size=3072, layer_norm_eps=1e-5, initializer_range=0.05,
        position_embedding_type="absolute",  # CTranslate2 asks for it
        id2label=labels, label2id={name: i for i, name in labels.items()}))
    os.makedirs(folder, exist_ok=True)
    write_tokenizer(folder)
    net.save_pretrained(folder)


if __name__ == "__main__":
    make(sys.argv[1]) if len(sys.argv) == 2 else sys.exit(__doc__)
