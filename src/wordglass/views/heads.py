"""What heads read, in words that several views use."""

HEADS = {
    "vectors": "vectors",
    "tf-idf": "words and pairs by TF-IDF",
    "nb": "words and pairs by naive Bayes",
    "characters": "n-grams of characters by naive Bayes",
}
