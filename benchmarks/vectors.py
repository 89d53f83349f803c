"""Tables of vectors: converting, opening, looking up, neighbours, beside gensim, fastText and NumPy.

python benchmarks/vectors.py [--words 400000] [--dim 300]

The text file is GloVe's own words with vectors tiled to the width asked for. Every figure is a whole run of
its own in a process of its own where files are read, the best of a few in one process where they are looked
up; the peers read the same files.
"""
