"""Files of vectors as they come out of bad memory, broken downloads and bad intentions."""

import random

SPLICES = (
    b"\x00" * 8,
    b"\xff" * 8,
    b"\xff\xfe",
    b"\n",
    b"\r\n\r\n",
    b" ",
    b"\t\t",
    b"-",
    b".",
    b"e",
    b"nan",
    b" -inf ",
    b"1e400",
    b"0." + b"0" * 50 + b"1",
    b"9" * 25,
    b"18446744073709551616 4294967296\n",
    b"-1 -1\n",
    b"\x00\x00\xc0\x7f",
    b"\x00\x00\x80\xff",
    (2**63 - 1).to_bytes(8, "little"),
    (2**31).to_bytes(4, "little"),
    "é\u2028\x85中".encode(),
    b"\xe4\xb8",
)


def mutate(data: bytes, random: random.Random) -> bytes:
    """One to four things that go wrong with a file: bits flip, parts are cut, doubled, moved or put in."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 4)):
        at = random.randint(0, len(changed))
        size = min(random.choice((1, 4, 16, 256)), len(changed) - at)
        match random.randrange(8):
            case 0 | 1 if size:
                changed[at] ^= 1 << random.randrange(8)
            case 2:
                del changed[at:]
            case 3:
                del changed[at : at + size]
            case 4:
                changed[at:at] = changed[at : at + size]
            case 5:
                changed[at : at + size] = random.choice(SPLICES)
            case 6:
                changed[at:at] = random.choice(SPLICES)
            case _:  # the beginning has the headers: what is wrong there does most
                at = random.randrange(min(64, len(changed) + 1))
                changed[at : at + size] = bytes(random.randrange(256) for _ in range(size))
    return bytes(changed)
