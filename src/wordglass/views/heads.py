"""What heads read and how much they have to say, in words that several views use."""

from wordglass.trace import numbers
from wordglass.trace.document import Selection

HEADS = {
    "vectors": "vectors",
    "tf-idf": "words and pairs by TF-IDF",
    "nb": "words and pairs by naive Bayes",
    "characters": "n-grams of characters by naive Bayes",
}
SHORT = {
    "vectors": "vectors",
    "tf-idf": "counts, TF-IDF",
    "nb": "counts, naive Bayes",
    "characters": "characters, naive Bayes",
}


def heads_in_words(selection: Selection) -> str:
    """The heads with something to say: what each reads, its penalty, its share where there are several."""
    heads = [trial for trial in selection["trials"] if trial["share"]]
    listed = []
    for head in heads:
        facts = [f"C = {numbers.strength(head['C'])}"]
        if head["names"]:
            facts.append(f"names of classes as {numbers.strength(head['names'])} texts")
        if len(heads) > 1:
            facts.append(f"share {numbers.score(head['share'])}")
        listed.append(f"{HEADS[head['block']]} ({', '.join(facts)})")
    return "; ".join(listed)
