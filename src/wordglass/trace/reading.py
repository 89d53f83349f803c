"""A document of the trace that was read from somewhere: it is of this version and whole, or it is refused."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

from wordglass.errors import ArgumentError, DataError
from wordglass.trace.document import VERSION

Document = TypeVar("Document", bound=Mapping[str, Any])

LONGEST = 100_000_000  # bytes of a file that is read
LARGEST = 1e15  # number that a trace may have


def read_document(path: Path, kind: type[Document], again: str) -> Document:
    """The document of a JSON file, which is to be a whole ``kind`` of this version.

    ``again`` says what writes such a file. ArgumentError where there is no such file, DataError in one line
    where it is something else.
    """
    try:
        if path.stat().st_size > LONGEST:
            raise DataError(f"{path}: too large for a trace; {again} writes one")
        document = json.loads(path.read_bytes(), parse_constant=_refused)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise ArgumentError(f"{path}: no such file; {again} writes one") from None
    except OSError as error:
        raise ArgumentError(f"{path}: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise DataError(f"{path}: this is not JSON; {again} writes such a file") from None
    wanted = get_args(get_type_hints(kind)["kind"])[0]
    told = document if isinstance(document, dict) else {}
    if told.get("format") != "wordglass-trace" or told.get("kind") != wanted:
        raise DataError(f"{path}: this is not the trace of a {wanted}; {again} writes one")
    if told.get("version") != VERSION:
        raise DataError(
            f"{path}: version {repr(told.get('version'))[:20]} of the trace, and this wordglass reads "
            f"{VERSION}; {again} writes it anew"
        )
    if wrong := what_is_wrong(document, kind):
        raise DataError(f"{path}: this trace is damaged: {wrong}; {again} writes it anew")
    return cast(Document, document)


def what_is_wrong(value: object, hint: Any, where: str = "") -> str:
    """What of a document is not as its class says, and where; "" where nothing is.

    >>> from wordglass.trace.document import Interval
    >>> what_is_wrong({"value": 0.5, "low": 0.4, "high": "1"}, Interval)
    '/high is not a number'
    """
    arguments = get_args(hint)
    match get_origin(hint):
        case None if is_typeddict(hint):
            return _wrong_in(value, hint, where)
        case origin if origin is list:
            if not isinstance(value, list):
                return f"{where} is not a list"
            found = (what_is_wrong(one, arguments[0], f"{where}/{i}") for i, one in enumerate(value))
            return next(filter(None, found), "")
        case origin if origin is dict:
            if not isinstance(value, dict):
                return f"{where} is not an object"
            found = (what_is_wrong(one, arguments[1], f"{where}/{name}") for name, one in value.items())
            return next(filter(None, found), "")
        case origin if origin is Literal:
            return "" if value in arguments and type(value) in map(type, arguments) else f"{where} is unknown"
        case origin if origin in (Union, UnionType):
            wrongs = [what_is_wrong(value, argument, where) for argument in arguments]
            return "" if "" in wrongs else wrongs[0]
    plain, name = _PLAIN[hint]
    right = isinstance(value, plain) and (hint is bool or not isinstance(value, bool))
    if right and isinstance(value, float | int) and not abs(value) <= LARGEST:
        right = False
    return "" if right else f"{where} is not {name}"


_PLAIN: dict[Any, tuple[Any, str]] = {
    str: (str, "a text"),
    int: (int, "a whole number"),
    float: ((float, int), "a number"),
    bool: (bool, "true or false"),
    NoneType: (NoneType, "null"),
}


def _wrong_in(value: object, kind: Any, where: str) -> str:
    if not isinstance(value, dict):
        return f"{where} is not an object"
    fields = get_type_hints(kind)
    if absent := [name for name in fields if name in kind.__required_keys__ and name not in value]:
        return f"{where}/{absent[0]} is missing"
    if more := [name for name in value if name not in fields]:
        return f"{where} has {more[0][:40]!r}, which is unknown"
    found = (
        what_is_wrong(value[name], of, f"{where}/{name}") for name, of in fields.items() if name in value
    )
    return next(filter(None, found), "")


def _refused(constant: str) -> float:
    raise ValueError(constant)
