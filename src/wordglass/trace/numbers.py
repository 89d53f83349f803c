"""How a number is written, in sentences and in every view: rounding lives here and nowhere else."""


def _fixed(value: float, decimals: int, sign: str = "-") -> str:
    if abs(value) >= 1e6:
        return f"{value:{sign}.3e}"
    return f"{value:{sign}z.{decimals}f}"


def loss(value: float) -> str:
    """Write a loss in nats: four decimals.

    >>> loss(1.6094379)
    '1.6094'
    """
    return _fixed(value, 4)


def score(value: float) -> str:
    """Write a score (logit), a bias or the length of a vector: four decimals.

    >>> score(-0.00001)
    '0.0000'
    """
    return _fixed(value, 4)


def share(value: float) -> str:
    """Write a token's part of a score: four decimals, always with its sign.

    >>> share(0.25)
    '+0.2500'
    """
    return _fixed(value, 4, "+")


def entry(value: float) -> str:
    """Write one number of a vector: three decimals.

    >>> entry(-0.11514)
    '-0.115'
    """
    return _fixed(value, 3)


def ratio(value: float) -> str:
    """Write an F1, a precision, a recall or a calibration figure: three decimals.

    >>> ratio(0.97251)
    '0.973'
    """
    return _fixed(value, 3)


def percent(value: float) -> str:
    """Write an accuracy, a coverage or a probability: one decimal, and never 0% or 100% for nearly so.

    >>> percent(0.97251), percent(0.99999), percent(0.00001)
    ('97.3%', '>99.9%', '<0.1%')
    """
    text = f"{value:z.1%}"
    if text == "100.0%" and value < 1:
        return ">99.9%"
    if text == "0.0%" and value > 0:
        return "<0.1%"
    return text


def p_value(value: float) -> str:
    """Write the chance of something as extreme: three decimals, and never 0.

    >>> p_value(0.0312), p_value(0.00004)
    ('0.031', '<0.001')
    """
    return _fixed(value, 3) if value >= 0.0005 else "<0.001"


def difference(value: float) -> str:
    """Write by how much a loss moved, without sign: four decimals, or one digit where these would be zeros.

    >>> difference(-0.0123), difference(0.00002)
    ('0.0123', '2e-05')
    """
    size = abs(value)
    text = loss(size)
    return f"{size:.0e}" if text == "0.0000" and size > 0 else text


def strength(value: float) -> str:
    """Write a regularisation strength C: up to four digits, no needless zeros.

    >>> strength(0.31622776)
    '0.3162'
    """
    return f"{value:.4g}"


def count(value: int) -> str:
    """Write a whole number with thousands apart.

    >>> count(400000)
    '400,000'
    """
    return f"{value:,}"


def plural(value: int, noun: str) -> str:
    """Write a count with its noun.

    >>> plural(1, "row"), plural(2225, "row"), plural(5, "class")
    ('1 row', '2,225 rows', '5 classes')
    """
    ending = "" if value == 1 else "es" if noun.endswith("s") else "s"
    return f"{count(value)} {noun}{ending}"


def seconds(value: float) -> str:
    """Write a time so that two or three digits tell it.

    >>> seconds(0.0002), seconds(0.0042), seconds(0.42), seconds(12.34), seconds(185)
    ('<1 ms', '4 ms', '0.42 s', '12.3 s', '3 min 5 s')
    """
    if value < 0.0005:
        return "<1 ms"
    if value < 0.0995:
        return f"{value * 1000:.0f} ms"
    if value < 9.995:
        return f"{value:.2f} s"
    if value < 59.95:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{count(minutes)} min {rest} s"


def size(value: int) -> str:
    """Write a number of bytes.

    >>> size(2_345_678)
    '2.3 MB'
    """
    for unit, bytes_each in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if value >= bytes_each:
            return f"{value / bytes_each:.1f} {unit}"
    return plural(value, "byte")


WRITERS = (  # all of them, which templates have as filters of their names
    count,
    difference,
    entry,
    loss,
    p_value,
    percent,
    plural,
    ratio,
    score,
    seconds,
    share,
    size,
    strength,
)
