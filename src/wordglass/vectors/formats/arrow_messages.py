"""The sizes in an Arrow file's messages, looked at before a library believes them and takes the memory.

A compressed batch says before each buffer how large it is unpacked. Messages and their headers are as Arrow's
format description has them (``Message.fbs``, encapsulated message format), in the layout of FlatBuffers. The
file format is the magic bytes, a stream, and a footer; here the stream within it is what is read.
"""

from pathlib import Path
from struct import error as struct_error
from struct import unpack_from
from typing import IO, NamedTuple

from wordglass.vectors.formats.found import damaged

MAGIC, CONTINUATION = b"ARROW1", b"\xff\xff\xff\xff"
LONGEST_METADATA = 1 << 24  # bytes
LARGEST_BATCH = 1 << 29  # bytes, unpacked; pyarrow's batches of Feather have 65,536 rows
DICTIONARY, BATCH = 2, 3  # kinds of messages


def stream_begins(path: Path, name: str) -> int:
    """The byte where the stream begins. ``DataError`` for a file in the file format that has lost its end."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return 0
        end = file.seek(0, 2)
        file.seek(max(0, end - len(MAGIC)))
        if file.read() != MAGIC:
            damaged(name, f"byte {end}", "the Arrow file ends without its footer")
    return 8


def check_messages(path: Path, name: str) -> None:
    """Refuse a file with messages that cannot be true, or that would unpack to more than it may."""
    with path.open("rb") as file:
        end, at = file.seek(0, 2), stream_begins(path, name)
        while at < end:
            file.seek(at)
            head = file.read(8)
            length = int.from_bytes(head[4:], "little")
            if len(head) < 8 or not head.startswith(CONTINUATION) or length > LONGEST_METADATA:
                damaged(name, f"byte {at}", "no Arrow message: damaged, or older than Arrow 0.15")
            if not length:
                return
            message = _read(file.read(length), name, at)
            body = at + 8 + length
            if not 0 <= message.body <= end - body:
                damaged(name, f"byte {at}", f"a message of {message.body:,} bytes, beyond the end")
            _check_size(file, message, body, name, at)
            at = body + message.body


class _Message(NamedTuple):
    body: int  # bytes that follow
    packed: list[tuple[int, int]]  # where in them compressed buffers are, and how long


def _check_size(file: IO[bytes], message: _Message, body: int, name: str, at: int) -> None:
    size = 0
    for begin, length in message.packed:
        if length:
            if not 0 <= begin <= begin + length <= message.body:
                damaged(name, f"byte {at}", "a buffer outside of its message")
            file.seek(body + begin)
            size += max(int.from_bytes(file.read(8), "little", signed=True), length)
    if size > LARGEST_BATCH:
        damaged(
            name,
            f"byte {at}",
            f"a batch of {size:,} bytes unpacked: write batches of fewer rows, or without compression",
        )


def _read(metadata: bytes, name: str, at: int) -> _Message:
    try:
        root = _Table.at(metadata, 0)
        kind, header = root.number(1, "B"), root.table(2)
        if kind == DICTIONARY and header:
            header = header.table(1)
        packed: list[tuple[int, int]] = []
        if kind in (DICTIONARY, BATCH) and header and header.table(3):
            packed = header.pairs(2)
        return _Message(root.number(3, "q"), packed)
    except struct_error:
        damaged(name, f"byte {at}", "the header of an Arrow message is damaged")


class _Table(NamedTuple):
    """A table of a FlatBuffer: its fields stand where a table of offsets before or after it says."""

    data: bytes
    begins: int
    offsets: int

    @classmethod
    def at(cls, data: bytes, place: int) -> "_Table":
        """The table that the offset at a place leads to."""
        begins = place + _number(data, place, "I")
        return cls(data, begins, begins - _number(data, begins, "i"))

    def place(self, field: int) -> int:
        """Where a field stands, 0 where it is left out."""
        where = 4 + 2 * field
        if where >= _number(self.data, self.offsets, "H"):
            return 0
        offset = _number(self.data, self.offsets + where, "H")
        return self.begins + offset if offset else 0

    def number(self, field: int, kind: str) -> int:
        """A number, 0 where it is left out."""
        place = self.place(field)
        return _number(self.data, place, kind) if place else 0

    def table(self, field: int) -> "_Table | None":
        """A table within this one."""
        place = self.place(field)
        return _Table.at(self.data, place) if place else None

    def pairs(self, field: int) -> list[tuple[int, int]]:
        """A list of pairs of long integers."""
        place = self.place(field)
        if not place:
            return []
        begins = place + _number(self.data, place, "I")
        count = _number(self.data, begins, "I")
        numbers = unpack_from(f"<{2 * min(count, len(self.data))}q", self.data, begins + 4)
        return list(zip(numbers[::2], numbers[1::2], strict=True))


def _number(data: bytes, place: int, kind: str) -> int:
    if place < 0:
        raise struct_error
    return int(unpack_from(f"<{kind}", data, place)[0])
