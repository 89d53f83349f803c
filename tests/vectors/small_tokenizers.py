"""Small tokenisers of the library's four kinds, trained on the spot, and texts that are hard on them."""

import random

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SENTENCES = [
    "The film was a slow, sunny delight; I'd see it again!",
    "It isn't worth the 12.50 they ask: dull, dull, DULL...",
    "Ça déçoit un peu, mais l'été à Paris reste beau.",
    "天気がいいから散歩しましょう",
    "Звёзды и кино — хорошо",
    "مرحبا بالعالم",
]
PIECES = [
    *"\n\t .,!?-'’\"<>[]#▁Ġ\u0301\u200d\ufe0f\x00\u00ad中文日本한ไทยé🙂🏽♀",
    "👩‍👩‍👧",
    "\U000f0000",
    "ﬁ",
    "<s>",
    "[UNK]",
    "<unk>",
    "[PAD]",
    "word " * 30,
]


def varied_texts(count=300, seed=0):
    """Empty, short, long and very long texts of many scripts, of emoji and of unknown characters."""
    draw = random.Random(seed)
    texts = ["", " ", "\n", "a", "🙂", "\U000f0000", *SENTENCES, "word " * 5000, "x" * 20_000, "é" * 5000]
    while len(texts) < count:
        parts = draw.choices([*PIECES, *" ".join(SENTENCES).split()], k=draw.choice([1, 3, 10, 40, 400]))
        texts.append(draw.choice(["", " "]).join(parts))
    return texts


def trained(model, trainer, pre=None, normalizer=None):
    tokenizer = Tokenizer(model)
    if pre:
        tokenizer.pre_tokenizer = pre
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.train_from_iterator(SENTENCES * 5, trainer)
    return tokenizer


def wordpiece():
    """As BERT's, with special tokens that a template would add."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    tokenizer = trained(
        models.WordPiece(unk_token="[UNK]"),
        trainers.WordPieceTrainer(vocab_size=200, special_tokens=special, show_progress=False),
        pre_tokenizers.BertPreTokenizer(),
        normalizers.BertNormalizer(),
    )
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.enable_padding(length=40)
    return tokenizer


def byte_bpe():
    """As GPT-2's: no unknown token, every byte is one."""
    tokenizer = trained(
        models.BPE(),
        trainers.BpeTrainer(
            vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
        ),
        pre_tokenizers.ByteLevel(add_prefix_space=True),
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def unigram():
    """As SentencePiece's, where the JSON and not the model says which token is the unknown one."""
    return trained(
        models.Unigram(),
        trainers.UnigramTrainer(
            vocab_size=150, unk_token="<unk>", special_tokens=["<pad>", "<unk>"], show_progress=False
        ),
        pre_tokenizers.Metaspace(),
        normalizers.NFKC(),
    )


def word_level():
    """Whole words."""
    return trained(
        models.WordLevel(unk_token="[UNK]"),
        trainers.WordLevelTrainer(vocab_size=40, special_tokens=["[UNK]"], show_progress=False),
        pre_tokenizers.Whitespace(),
        normalizers.Lowercase(),
    )


KINDS = {"WordPiece": wordpiece, "byte BPE": byte_bpe, "Unigram": unigram, "WordLevel": word_level}
