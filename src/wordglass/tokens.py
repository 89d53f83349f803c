"""Stage 2: a text into tokens, as the makers of GloVe's vectors split theirs.

The rules, which ``tokenise`` spells out one text at a time and ``wordglass.kernels.split`` follows at the
speed of the machine. Every token is lower-cased, character by character.

1. White space and control characters separate; format characters (zero-width joiners, soft hyphens, marks
   of direction, variation selectors) are passed over and do not separate.
2. A run of letters, combining marks and digits is a word. An ideograph or kana is a word by itself.
3. Digits with points or commas between them are one number: ``3.5``, ``1,000``. It ends with its last digit.
4. Two or more single letters, each with a point, are one abbreviation: ``u.s.``
5. A contraction is cut where Penn Treebank cuts it: ``do|n't``, ``it|'s``, likewise ``'m 'd 'll 're 've``.
   A single letter joins what follows its apostrophe: ``o'brien``. Either apostrophe, ' or ’, gives '.
6. Two or more points are ``...``; two or more hyphens are ``--``.
7. Any other character is a token by itself.

Source of 3 to 6: the vocabulary of GloVe 6B, which Stanford's tokeniser for the Penn Treebank cut.
"""

from typing import NamedTuple

from wordglass.kernels.unicode import DIGIT, IDEOGRAPH, IGNORED, LETTER, SPACE, SYMBOL, kind_and_lower

APOSTROPHES = "'’"
SUFFIXES = ("s", "m", "d", "ll", "re", "ve")


class Token(NamedTuple):
    """A token as it is looked up, and where it stands in its text."""

    text: str
    start: int  # in characters
    end: int
    start_byte: int  # in bytes of UTF-8
    end_byte: int


def tokenise(text: str) -> list[Token]:
    """Split one text into its tokens, with their offsets.

    >>> [token.text for token in tokenise("I don't love U.S. prices: $3.50!")]
    ['i', 'do', "n't", 'love', 'u.s.', 'prices', ':', '$', '3.50', '!']
    """
    chars = [Char(char) for char in text]
    tokens = []
    at = at_byte = 0
    while at < len(chars):
        word, end = token_at(chars, at)
        end_byte = at_byte + sum(char.size for char in chars[at:end])
        if word:
            tokens.append(Token(word, at, end, at_byte, end_byte))
        at, at_byte = end, end_byte
    return tokens


class Char:
    """A character's kind, lower case and size in bytes."""

    def __init__(self, char: str) -> None:
        self.kind, code = kind_and_lower(ord(char))
        self.lower = chr(code)
        self.size = len(char.encode(errors="surrogatepass"))
        self.in_word = self.kind in (LETTER, DIGIT)


END = Char(" ")  # what stands past the end of every text


def char_at(chars: list[Char], i: int) -> Char:
    """The character at ``i``; a space past the end."""
    return chars[i] if i < len(chars) else END


def token_at(chars: list[Char], at: int) -> tuple[str, int]:
    """The token that begins at ``at`` and its end; an empty one where none begins."""
    char = chars[at]
    if char.kind in (SPACE, IGNORED):
        return "", at + 1
    if char.kind == IDEOGRAPH:
        return char.lower, at + 1
    if char.kind == SYMBOL:
        return symbol_at(chars, at)
    return word_at(chars, at)


def symbol_at(chars: list[Char], at: int) -> tuple[str, int]:
    """The token that a symbol begins, and its end."""
    symbol = chars[at].lower
    end = at + 1
    if symbol in ".-":
        while char_at(chars, end).lower == symbol:
            end += 1
        if end > at + 1:
            return ("..." if symbol == "." else "--"), end
    if symbol in APOSTROPHES:
        suffix = suffix_at(chars, end)
        if suffix in SUFFIXES:
            return "'" + suffix, end + len(suffix)
    return symbol, end


def word_at(chars: list[Char], at: int) -> tuple[str, int]:
    """The token that a letter or a digit begins, and its end."""
    i = at
    places = []  # of the letters and digits
    while i < len(chars) and (chars[i].in_word or chars[i].kind == IGNORED):
        if chars[i].in_word:
            places.append(i)
        i += 1
    word = "".join(chars[p].lower for p in places)
    single_letter = len(places) == 1 and chars[at].kind == LETTER
    after = char_at(chars, i).lower
    if after in ".," and all(chars[p].kind == DIGIT for p in places):
        return number_from(chars, word, places[-1] + 1, i)
    if after == "." and single_letter:
        return abbreviation_from(chars, word, places[-1] + 1, i)
    if after in APOSTROPHES:
        suffix = suffix_at(chars, i + 1)
        if suffix == "t" and word[-1] == "n":
            return (word[:-1], places[-2] + 1) if len(places) > 1 else ("n't", i + 2)
        if single_letter and suffix not in SUFFIXES and char_at(chars, i + 1).kind == LETTER:
            end = i + 1
            while char_at(chars, end).in_word:
                end += 1
            return word + "'" + "".join(char.lower for char in chars[i + 1 : end]), end
    return word, places[-1] + 1


def suffix_at(chars: list[Char], at: int) -> str:
    """The letters from ``at`` to the end of the word where they are one or two of ASCII, else nothing."""
    end = at
    while char_at(chars, end).in_word:
        end += 1
    suffix = "".join(char.lower for char in chars[at:end])
    return suffix if len(suffix) <= 2 and suffix.isascii() else ""


def number_from(chars: list[Char], word: str, end: int, i: int) -> tuple[str, int]:
    """Go on through every point or comma at ``i`` that stands between digits."""
    while char_at(chars, i).lower in ".," and char_at(chars, i + 1).kind == DIGIT:
        word += chars[i].lower
        i += 1
        while char_at(chars, i).kind == DIGIT:
            word += chars[i].lower
            i += 1
        end = i
    return word, end


def abbreviation_from(chars: list[Char], word: str, end: int, i: int) -> tuple[str, int]:
    """Go on while a point at ``i`` is followed by one letter and a point."""
    while char_at(chars, i + 1).kind == LETTER and char_at(chars, i + 2).lower == ".":
        word += "." + chars[i + 1].lower
        i += 2
    return (word + ".", i + 1) if "." in word else (word, end)
