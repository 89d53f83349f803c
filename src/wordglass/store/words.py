"""The words of a model as an Arrow file of one compressed column, and back."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from wordglass.store.config import damaged

WORD = pa.schema([pa.field("word", pa.string(), nullable=False)])
MAGIC = b"ARROW1\0\0"  # before the messages
RATIO = 100  # no file of words is unpacked to more than so many times its size
ROOM = 1 << 20  # or to this, if that is more


def pack_words(words: pa.LargeStringArray) -> bytes:
    """The words as a file; compressed, unless so well that ``read_words`` would suspect it."""
    column = words.cast(pa.string())  # with offsets of half the width
    plain, packed = _file(column, None), _file(column, "zstd")
    return packed if len(plain) <= max(ROOM, RATIO * len(packed)) else plain


def _file(column: pa.StringArray, compression: str | None) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, WORD, options=pa.ipc.IpcWriteOptions(compression=compression)) as file:
        file.write(pa.RecordBatch.from_arrays([column], schema=WORD))
    return bytes(sink.getvalue())


def read_words(path: Path, words: int) -> pa.LargeStringArray:
    """The words of a file, which must be so many. Raises ``DataError`` for a file that is none of them."""
    content = path.read_bytes()
    stream = memoryview(content)[len(MAGIC) :]  # an Arrow file is its stream, and then a table of contents
    try:
        if content[: len(MAGIC)] != MAGIC:
            raise pa.ArrowInvalid("it begins otherwise")
        alone = pa.ipc.IpcReadOptions(use_threads=False)  # two buffers do not repay threads
        reader = pa.ipc.open_stream(stream, options=alone)
        if reader.schema != WORD:
            raise damaged(path, "it is not one column of words")
        if sum(unpacked_sizes(stream)) > max(ROOM, RATIO * len(content)):
            raise damaged(path, f"it would unpack to more than {RATIO} times its size")
        table = reader.read_all()
        table.validate(full=True)  # offsets in order and in range, and UTF-8
    except (pa.ArrowException, OSError, UnicodeDecodeError, struct.error, MemoryError) as error:
        raise damaged(path, "it is not an Arrow file") from error
    if len(table) != words or table["word"].null_count:
        raise damaged(path, f"it does not have {words} words")
    column = table["word"].combine_chunks()
    _, offsets, data = column.buffers()
    narrow = np.frombuffer(offsets, np.int32)[column.offset :] if words else np.zeros(1, np.int32)
    wide = narrow[: words + 1].astype(np.int64)
    return pa.LargeStringArray.from_buffers(words, pa.py_buffer(wide), data or pa.py_buffer(b""))


def unpacked_sizes(stream: memoryview) -> Iterator[int]:
    """How many bytes each compressed buffer of an Arrow stream says it unpacks to, which Arrow sets aside.

    Arrow tells it only by unpacking, so it is read from the messages as their format has it: a header in
    FlatBuffers (Message.fbs), in which a record batch lists its buffers' places, and a body, in which a
    compressed buffer begins with its size. struct.error where a header points out of itself.
    """
    for message in pa.ipc.MessageReader.open_stream(stream):
        header, body = memoryview(message.metadata), memoryview(message.body or b"")
        if message.type != "record batch":
            continue
        root = _target(header, 0)
        batch = _target(header, _field(header, root, 2))
        packed = _field(header, batch, 3) or _field(header, root, 4)  # Arrow 0.17 said it in the latter
        listed = _target(header, _field(header, batch, 2))
        (count,) = struct.unpack_from("<I", header, listed)
        for place in range(listed + 4, listed + 4 + 16 * count, 16):
            at, length = struct.unpack_from("<qq", header, place)
            if packed and length:
                yield max(0, *struct.unpack_from("<q", body, at))  # less than 0 where it is not packed


def _target(header: memoryview, place: int) -> int:
    """Where the offset at a place leads."""
    return int(place + struct.unpack_from("<I", header, place)[0])


def _field(header: memoryview, table: int, number: int) -> int:
    """Where a table's field is, 0 where it is left out."""
    listing = table - struct.unpack_from("<i", header, table)[0]
    (length,) = struct.unpack_from("<H", header, listing)
    slot = 4 + 2 * number
    within = struct.unpack_from("<H", header, listing + slot)[0] if slot < length else 0
    return table + within if within else 0
