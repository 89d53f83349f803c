"""What each kernel takes, told once to Numba, which compiles it, and to ctypes, which calls it.

A letter an argument: addresses of u uint8, i int32, l int64, h uint64, f float32 and d float64; n is an
int64, s a uint64 and x a float32. The kernels of a group are compiled together, when one is first called.
"""

GROUPS = {
    "splitting": {
        "split_texts": "unlnnnnnuinsnhnsinhllnnll",
        "look_up_texts": "unlnnnuinhnshninl",
        "look_further": "unlnnnnnuinsnhnsinhllninhinnhlllnll",
    },
    "words": {
        "hash_words": "unlnh",
        "build_index": "hnhns",
        "find_rows": "hnhnsi",
        "recall_rows": "hnhini",
        "remember_rows": "hnihin",
        "word_lengths": "unlnininl",
    },
    "pooling": {
        "mean_vectors": "inlnfnndnfnn",
        "extreme_values": "inlnfnnxfn",
        "mean_cubes": "inlnfnndn",
        "count_texts_with": "inlnlln",
    },
    "parsing": {
        "parse_lines": "unnndnfnunlnlnl",
        "read_records": "unnnnununlnl",
    },
    "ngrams": {
        "ngram_rows": "unlnununlinuniinll",
        "add_ngram_rows": "fnniinfn",
    },
    "counting": {
        "number_words": "hllnnlnnnhnshlnil",
        "number_again": "hnhns",
        "count_pairs": "inlnssnhnsnhl",
        "move_pairs": "hnhns",
    },
    "lexical": {
        "hash_pairs": "hnh",
        "find_pairs": "inhnsi",
        "gather_features": "ininlnninlif",
        "weigh_features": "lnifdndnf",
    },
    "sparse": {
        "sparse_times": "lnifnndnnd",
        "transpose": "lnifnlif",
    },
    "shares": {
        "vector_shares": "inlnfnnnd",
        "word_shares": "ininlnnliffddnnd",
        "ngram_shares": "ilnlnliffddnnd",
        "places_in_characters": "unllnllni",
    },
    "learning": {
        "learn_rows": "inlnlndnddnnddndd",
    },
    "lbfgs": {
        "dots": "dnndnndn",
        "combine": "dnndnnnd",
        "solve": "dnnddnnnd",
    },
    "keys": {
        "spacy_keys": "unlnh",
        "read_map": "unnhnl",
    },
}
GROUP_OF = {name: group for group, entries in GROUPS.items() for name in entries}
