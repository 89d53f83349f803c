"""Parquet and Arrow files, batch by batch."""

from collections.abc import Iterator

import pyarrow as pa

from wordglass.corpus.readers.stream import BATCH_BYTES, BATCH_ROWS, Stream, refuse_file


def open_parquet(path: str, columns: list[str] | None = None) -> Stream:
    """A Parquet file, or those of its columns that are asked for."""
    import pyarrow.parquet as parquet

    try:
        # Without pre-buffering and with small reads, a row group is decoded page by page, never held whole.
        file = parquet.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
    except (pa.ArrowException, OSError) as error:
        refuse_file(path, "Parquet", error)
    meta = file.metadata
    size = max((meta.row_group(i).total_byte_size for i in range(meta.num_row_groups)), default=0)
    longest = max((meta.row_group(i).num_rows for i in range(meta.num_row_groups)), default=0)
    rows = max(1, min(BATCH_ROWS, longest * BATCH_BYTES // max(size, 1)))
    return Stream(_arrow_errors(path, "Parquet", file.iter_batches(rows, columns=columns)), [])


def open_arrow(path: str) -> Stream:
    """An Arrow file, in the file format (Feather 2) or the stream format."""
    source = pa.OSFile(path)
    try:
        try:
            file = pa.ipc.open_file(source)
            batches = (file.get_batch(i) for i in range(file.num_record_batches))
        except pa.ArrowInvalid:  # not the file format: perhaps the stream format, which shares its endings
            source.seek(0)
            batches = pa.ipc.open_stream(source)
    except (pa.ArrowException, OSError) as error:
        refuse_file(path, "Arrow", error)
    return Stream(_arrow_errors(path, "Arrow", batches), [])


def _arrow_errors(path: str, kind: str, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    try:
        yield from batches
    except (pa.ArrowException, OSError) as error:
        refuse_file(path, kind, error)
