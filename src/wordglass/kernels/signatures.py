"""What each kernel takes, told once to Numba, which compiles it, and to ctypes, which calls it.

A letter an argument: addresses of u uint8, i int32, l int64, h uint64, f float32 and d float64; n is an
int64, s a uint64 and x a float32.
"""

ENTRIES = {
    "split_texts": "unlnnnnnuinsnhnsinhllnnll",
    "look_up_texts": "unlnnnuinhnshninl",
    "look_further": "unlnnnnnuinsnhnsinhllninhinnhlllnll",
    "word_lengths": "unlnininl",
    "recall_rows": "hnhini",
    "remember_rows": "hnihin",
    "find_rows": "hnhnsi",
    "hash_words": "unlnh",
    "build_index": "hnhns",
    "mean_vectors": "inlnfnndnfnn",
    "extreme_values": "inlnfnnxfn",
    "parse_lines": "unnndnfnunlnlnl",
    "read_records": "unnnnununlnl",
    "ngram_rows": "unlnununlinuniinll",
    "mean_of_ngrams": "unlnununlinuniinlfnnf",
    "spacy_keys": "unlnh",
    "read_map": "unnhnl",
}
