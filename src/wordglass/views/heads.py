"""What heads read, in words that several views use."""

HEADS = {"vectors": "vectors", "tf-idf": "words and pairs by TF-IDF", "nb": "words and pairs by naive Bayes"}
SHORT = {"vectors": "vectors", "tf-idf": "counts, TF-IDF", "nb": "counts, naive Bayes"}
