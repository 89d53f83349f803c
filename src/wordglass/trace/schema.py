"""Builds ``schema.json`` from ``document``'s classes; ``python -m wordglass.trace.schema`` rewrites it."""

import inspect
import json
from pathlib import Path
from types import NoneType, UnionType
from typing import Literal, TypeAlias, Union, get_args, get_origin, get_type_hints, is_typeddict

from wordglass.trace.claim import ClaimTrace
from wordglass.trace.document import DemoTrace, PredictionTrace, TrainingTrace

SCHEMA_FILE = Path(__file__).with_name("schema.json")

Schema: TypeAlias = dict[str, object]

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def build_schema() -> Schema:
    """Build the JSON Schema (draft 2020-12) that every trace is valid against.

    >>> build_schema()["title"]
    'wordglass trace'
    """
    definitions: Schema = {}
    kinds = [
        _schema_of(kind, definitions) for kind in (TrainingTrace, PredictionTrace, DemoTrace, ClaimTrace)
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "wordglass trace",
        "oneOf": kinds,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """Write the schema as ``schema.json`` holds it."""
    return json.dumps(build_schema(), indent=2) + "\n"


def _schema_of(hint: object, definitions: Schema) -> Schema:
    """Turn one type hint into its schema; classes that it names are added to ``definitions``."""
    arguments = get_args(hint)
    match get_origin(hint):
        case None if isinstance(hint, type) and is_typeddict(hint):
            return _reference(hint, definitions)
        case None if isinstance(hint, type) and hint in _PLAIN:
            return {"type": _PLAIN[hint]}
        case origin if origin is list:
            return {"type": "array", "items": _schema_of(arguments[0], definitions)}
        case origin if origin is dict:  # JSON has no keys but strings
            return {"type": "object", "additionalProperties": _schema_of(arguments[1], definitions)}
        case origin if origin is Literal:
            return {"const": arguments[0]} if len(arguments) == 1 else {"enum": list(arguments)}
        case origin if origin in (Union, UnionType):
            return {"anyOf": [_schema_of(argument, definitions) for argument in arguments]}
    raise TypeError(
        f"{hint!r} has no JSON Schema; use TypedDict, list, dict, Literal, a union or a plain type"
    )


def _reference(document: type, definitions: Schema) -> Schema:
    if document.__name__ not in definitions:
        definition: Schema = {"type": "object", "description": inspect.getdoc(document)}
        definitions[document.__name__] = definition  # before its fields, which may name the class itself
        fields, required = get_type_hints(document), vars(document)["__required_keys__"]
        definition["properties"] = {name: _schema_of(field, definitions) for name, field in fields.items()}
        definition["required"] = [name for name in fields if name in required]
        definition["additionalProperties"] = False
    return {"$ref": f"#/$defs/{document.__name__}"}


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
