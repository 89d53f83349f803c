"""Stage 2: a text into tokens, as the makers of the vectors split theirs.

The rules, which ``tokenise`` spells out one text at a time and ``wordglass.kernels.split`` follows at the
speed of the machine. ``Settings`` say which of them differ from one table of vectors to the next.

1. White space and control characters separate; format characters (zero-width joiners, soft hyphens, marks
   of direction, variation selectors) are passed over and do not separate.
2. A run of letters, combining marks and digits is a word.
3. Digits with points or commas between them are one number: ``3.5``, ``1,000``. It ends with its last digit.
4. Two or more single letters, each with a point, are one abbreviation: ``u.s.``
5. An apostrophe, ' or ’, gives '. By ``contractions``:
   "penn": cut where Penn Treebank cuts: ``do|n't``, ``it|'s``, likewise ``'m 'd 'll 're 've``. A single
   letter joins what follows its apostrophe: ``o'brien``.
   "whole": between letters or digits it joins them: ``don't``, ``rock'n'roll``.
   "elision": it ends the word before it where another follows: ``l'|été``, ``qu'|il``.
6. Two or more points are ``...``; two or more hyphens are ``--``.
7. Any other character is a token by itself, every emoji among them, and every skin tone and letter of a flag.
8. Scripts that write no spaces between words (ideographs, kana, Thai, Lao, Khmer, Myanmar) are cut, by
   ``unspaced``, into "characters", or into the longest "words" that the vocabulary has from there on; where
   it has none of two characters or more, into a character. Marks on the letters of the last four stay with
   them. What stands between, a zero-width space too, ends a word.
9. Tokens are lower-cased character by character, or where ``case`` is "keep" left as they are written.

Source of 3 to 6: the vocabulary of GloVe 6B, which Stanford's tokeniser for the Penn Treebank cut.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from wordglass.kernels.unicode import (
    DIGIT,
    IDEOGRAPH,
    IGNORED,
    LETTER,
    LONGEST,
    MARK,
    SPACE,
    SYLLABLE,
    SYMBOL,
    kind_and_lower,
)

APOSTROPHES = "'’"
SUFFIXES = ("s", "m", "d", "ll", "re", "ve")

Case = Literal["lower", "keep"]
Contractions = Literal["penn", "whole", "elision"]
Unspaced = Literal["characters", "words"]
Rung = Literal["lower", "title", "upper", "nfkc", "fold", "digits", "marks"]
CONTRACTIONS: tuple[Contractions, ...] = get_args(Contractions)
Known = Callable[[str], bool]


@dataclass(frozen=True)
class Settings:
    """How texts are split for a table of vectors, and which other forms of a word are looked for in it.

    >>> Settings(case="keep", ladder=("lower",))
    Settings(case='keep', contractions='penn', unspaced='characters', ladder=('lower',))
    """

    case: Case = "lower"
    contractions: Contractions = "penn"
    unspaced: Unspaced = "characters"
    ladder: tuple[Rung, ...] = ()  # see wordglass.vectors.ladder


DEFAULT = Settings()  # those of GloVe 6B


class Token(NamedTuple):
    """A token as it is looked up, and where it stands in its text."""

    text: str
    start: int  # in characters
    end: int
    start_byte: int  # in bytes of UTF-8
    end_byte: int


def tokenise(text: str, settings: Settings = DEFAULT, known: Known | None = None) -> list[Token]:
    """Split one text into its tokens, with their offsets.

    ``known`` says whether a vocabulary has a word, for scripts without spaces.

    >>> [token.text for token in tokenise("I don't love U.S. prices: $3.50!")]
    ['i', 'do', "n't", 'love', 'u.s.', 'prices', ':', '$', '3.50', '!']
    >>> [token.text for token in tokenise("L'été", Settings("keep", "elision"))]
    ["L'", 'été']
    >>> by_words = Settings(unspaced="words")
    >>> [token.text for token in tokenise("東京都に", by_words, {"東京", "京都"}.__contains__)]
    ['東京', '都', 'に']
    """
    chars = [Char(char, settings.case) for char in text]
    known = known if settings.unspaced == "words" else None
    tokens = []
    at = at_byte = 0
    while at < len(chars):
        word, end = token_at(chars, at, settings.contractions, known)
        end_byte = at_byte + sum(char.size for char in chars[at:end])
        if word:
            tokens.append(Token(word, at, end, at_byte, end_byte))
        at, at_byte = end, end_byte
    return tokens


class Forms(dict[int, str | None]):
    """What each character is in a token, worked out when it is first met; None where it is passed over."""

    def __init__(self, case: Case) -> None:
        self.case = case

    def __missing__(self, code: int) -> str | None:
        char = Char(chr(code), self.case)
        form = None if char.kind == IGNORED else "'" if char.form in APOSTROPHES else char.form
        self[code] = form
        return form


FORMS = {case: Forms(case) for case in get_args(Case)}


def looked_up(stretch: str, case: Case) -> str:
    """A token as it is looked up, from the stretch of text that it stands in.

    >>> looked_up("CAN’T", "keep"), looked_up(".....", "lower")
    ("CAN'T", '...')
    """
    if len(stretch) > 1 and stretch[0] in ".-" and stretch == stretch[0] * len(stretch):
        return "..." if stretch[0] == "." else "--"
    if stretch.isascii():
        return stretch.lower() if case == "lower" else stretch
    return stretch if len(stretch) == 1 and stretch in APOSTROPHES else stretch.translate(FORMS[case])


class Char:
    """A character's kind, its form in tokens and its size in bytes."""

    def __init__(self, char: str, case: Case) -> None:
        self.kind, lower = kind_and_lower(ord(char))
        self.form = chr(lower) if case == "lower" else char
        self.size = len(char.encode(errors="surrogatepass"))
        self.is_letter = self.kind in (LETTER, MARK)
        self.is_unspaced = self.kind in (IDEOGRAPH, SYLLABLE)
        self.in_word = self.is_letter or self.kind == DIGIT


END = Char(" ", "keep")  # what stands past the end of every text


def char_at(chars: list[Char], i: int) -> Char:
    """The character at ``i``; a space past the end."""
    return chars[i] if i < len(chars) else END


def written(chars: list[Char]) -> str:
    """What some characters are in a token."""
    return "".join(char.form for char in chars)


def token_at(chars: list[Char], at: int, contractions: Contractions, known: Known | None) -> tuple[str, int]:
    """The token that begins at ``at`` and its end; an empty one where none begins."""
    char = chars[at]
    if char.kind in (SPACE, IGNORED):
        return "", at + 1
    if char.is_unspaced:
        return unspaced_at(chars, at, known)
    if char.kind == SYMBOL:
        return symbol_at(chars, at, contractions)
    return word_at(chars, at, contractions)


def unspaced_at(chars: list[Char], at: int, known: Known | None) -> tuple[str, int]:
    """The longest known word from ``at`` on, else the ideograph or the letter with its marks; and its end."""
    least = most = at + 1
    while chars[at].kind == SYLLABLE and char_at(chars, least).kind == MARK:
        least += 1
    while most < at + LONGEST and (char_at(chars, most).is_unspaced or char_at(chars, most).kind == MARK):
        most += 1
    for end in range(most, least, -1):
        if known and char_at(chars, end).kind != MARK and known(written(chars[at:end])):
            return written(chars[at:end]), end
    return written(chars[at:least]), least


def symbol_at(chars: list[Char], at: int, contractions: Contractions) -> tuple[str, int]:
    """The token that a symbol begins, and its end."""
    symbol = chars[at].form
    end = at + 1
    if symbol in ".-":
        while char_at(chars, end).form == symbol:
            end += 1
        if end > at + 1:
            return ("..." if symbol == "." else "--"), end
    if symbol in APOSTROPHES and contractions == "penn":
        suffix = suffix_at(chars, end)
        if suffix.lower() in SUFFIXES:
            return "'" + suffix, end + len(suffix)
    return symbol, end


def word_at(chars: list[Char], at: int, contractions: Contractions) -> tuple[str, int]:
    """The token that a letter or a digit begins, and its end."""
    i = at
    places = []  # of the letters and digits
    while i < len(chars) and (chars[i].in_word or chars[i].kind == IGNORED):
        if chars[i].in_word:
            places.append(i)
        i += 1
    word = "".join(chars[p].form for p in places)
    single_letter = len(places) == 1 and chars[at].is_letter
    after = char_at(chars, i).form
    if after in ".," and all(chars[p].kind == DIGIT for p in places):
        return number_from(chars, word, places[-1] + 1, i)
    if after == "." and single_letter:
        return abbreviation_from(chars, word, places[-1] + 1, i)
    if after in APOSTROPHES and contractions == "penn":
        suffix = suffix_at(chars, i + 1)
        if suffix in ("t", "T") and word[-1] in ("n", "N"):
            return (word[:-1], places[-2] + 1) if len(places) > 1 else (word + "'" + suffix, i + 2)
        if single_letter and suffix.lower() not in SUFFIXES and char_at(chars, i + 1).is_letter:
            return joined_from(chars, word, i)
    elif after in APOSTROPHES and char_at(chars, i + 1).in_word:
        if contractions == "elision":
            return word + "'", i + 1
        while char_at(chars, i).form in APOSTROPHES and char_at(chars, i + 1).in_word:
            word, i = joined_from(chars, word, i)
        return word, i
    return word, places[-1] + 1


def joined_from(chars: list[Char], word: str, i: int) -> tuple[str, int]:
    """Go on with the letters and digits after an apostrophe at ``i``."""
    end = i + 1
    while char_at(chars, end).in_word:
        end += 1
    return word + "'" + written(chars[i + 1 : end]), end


def suffix_at(chars: list[Char], at: int) -> str:
    """The letters from ``at`` to the end of the word where they are one or two of ASCII, else nothing."""
    end = at
    while char_at(chars, end).in_word:
        end += 1
    suffix = written(chars[at:end])
    return suffix if len(suffix) <= 2 and suffix.isascii() else ""


def number_from(chars: list[Char], word: str, end: int, i: int) -> tuple[str, int]:
    """Go on through every point or comma at ``i`` that stands between digits."""
    while char_at(chars, i).form in ".," and char_at(chars, i + 1).kind == DIGIT:
        word += chars[i].form
        i += 1
        while char_at(chars, i).kind == DIGIT:
            word += chars[i].form
            i += 1
        end = i
    return word, end


def abbreviation_from(chars: list[Char], word: str, end: int, i: int) -> tuple[str, int]:
    """Go on while a point at ``i`` is followed by one letter and a point."""
    while char_at(chars, i + 1).is_letter and char_at(chars, i + 2).form == ".":
        word += "." + chars[i + 1].form
        i += 2
    return (word + ".", i + 1) if "." in word else (word, end)
