"""How words are found in a table of vectors, in a sentence that several views show."""

from wordglass.trace import numbers
from wordglass.trace.document import Coverage

NAMES = {
    "as written": "as written",
    "lower": "in lower case",
    "title": "with a capital",
    "upper": "in capitals",
    "nfkc": "with plain characters (NFKC)",
    "fold": "case folded",
    "digits": "with # for digits",
    "marks": "without accents",
}


def found_in_forms(coverage: Coverage) -> str:
    """What each form of a word finds, in the order in which they are tried; "" where only one finds any."""
    others = [form for form in coverage["forms"][1:] if form["tokens"]]
    if not others:
        return ""
    first = coverage["forms"][0]
    parts = [f"{NAMES[first['rung']]} {numbers.percent(first['share'])}"]
    parts += [
        f"{NAMES[form['rung']]} +{numbers.percent(form['share'])}".replace("+<", "<") for form in others
    ]
    return ", ".join(parts)
