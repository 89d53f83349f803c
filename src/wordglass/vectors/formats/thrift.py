"""Structures in Thrift's compact protocol, as the headers of Parquet are written: read, never believed.

Source: Apache Thrift's description of the compact protocol (``thrift-compact-protocol.md``).
"""

from typing import Any

DEEPEST = 12  # structures and lists within each other
TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, STRUCT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12


class Compact:
    """A reader of some bytes: ``at`` is how far it has come. IndexError where they end or cannot be.

    >>> Compact(b"\\x15\\x04\\x18\\x02hi\\x00").structure()
    {1: 2, 2: b'hi'}
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def structure(self, depth: int = 0) -> dict[int, Any]:
        """The fields of a structure by their numbers, a structure within it as a dictionary too."""
        if depth > DEEPEST:
            raise IndexError
        fields: dict[int, Any] = {}
        number = 0
        while (byte := self._byte()) != 0:
            number = number + (byte >> 4) if byte >> 4 else self._signed()
            kind = byte & 0x0F
            fields[number] = kind == TRUE if kind in (TRUE, FALSE) else self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        if kind in (TRUE, FALSE, BYTE):  # a truth value only as an element of a list
            return self._byte()
        if I16 <= kind <= I64:
            return self._signed()
        if kind == DOUBLE:
            return self._bytes(8)
        if kind == BINARY:
            return self._bytes(self._number())
        if kind == STRUCT:
            return self.structure(depth + 1)
        if kind not in (LIST, SET) or depth >= DEEPEST:
            raise IndexError
        byte = self._byte()
        count = byte >> 4 if byte >> 4 < 15 else self._number()
        if count > len(self.data) - self.at:  # every element takes a byte at least
            raise IndexError
        return [self._value(byte & 0x0F, depth + 1) for _ in range(count)]

    def _byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def _bytes(self, length: int) -> bytes:
        if length > len(self.data) - self.at:
            raise IndexError
        self.at += length
        return self.data[self.at - length : self.at]

    def _number(self) -> int:
        """A number of seven bits a byte, least first."""
        value = shift = 0
        while (byte := self._byte()) >= 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
            if shift > 63:
                raise IndexError
        return value | byte << shift

    def _signed(self) -> int:
        """Such a number whose last bit is its sign."""
        value = self._number()
        return value >> 1 ^ -(value & 1)
