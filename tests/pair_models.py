"""Tiny cross-encoder folders with random weights, as a user would download trained ones."""

from __future__ import annotations


def written(folder, words, *, labels, pickled=False, max_tokens=64):
    """Write a BERT of one layer that knows some words; `labels` are what it says of a pair of texts."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    known = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted(set(words))]
    ruler = Tokenizer(models.WordLevel({word: i for i, word in enumerate(known)}, unk_token="[UNK]"))
    ruler.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ruler.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=ruler, **names).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(known), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=max_tokens, initializer_range=0.6,
        id2label=dict(enumerate(labels)), label2id={label: i for i, label in enumerate(labels)},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    if pickled:
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    return folder
