"""What a request asks: the same names in an address, in a form and in JSON."""

import json
from urllib.parse import parse_qsl

from starlette.requests import Request

from wordglass.serve.refused import RefusedError
from wordglass.trace import numbers

LONGEST = 1_000_000  # bytes of a text


async def asked(request: Request) -> dict[str, str]:
    """The values by name, those of the body before those of the address. Refused for what is neither."""
    given = dict(request.query_params)
    if request.method == "POST":
        body = await request.body()
        kind = request.headers.get("content-type", "").partition(";")[0].strip()
        try:
            if kind == "application/json":
                told = json.loads(body)
                if not isinstance(told, dict) or any(isinstance(v, list | dict) for v in told.values()):
                    raise RefusedError(400, "the body is to be one JSON object of plain values")
                given |= {name: _plain(value) for name, value in told.items() if value is not None}
            elif body:
                given |= dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
        except (ValueError, RecursionError) as error:
            raise RefusedError(400, f"the body cannot be read: {error}") from error
    for name, value in given.items():
        if len(value) > LONGEST // 4 and len(value.encode(errors="surrogatepass")) > LONGEST:
            raise RefusedError(413, f"{name} is longer than {numbers.size(LONGEST)}: give a shorter one")
    return given


def _plain(value: object) -> str:
    """A value of JSON as a form would have it."""
    return value if isinstance(value, str) else json.dumps(value)


def number(given: dict[str, str], name: str, default: float, low: float, high: float) -> float:
    """A number of that name, from ``low`` to ``high``."""
    told = given.get(name, "").strip()
    if not told:
        return default
    try:
        value = float(told)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise RefusedError(400, f"{name}={told[:40]}: give a number from {low:g} to {high:g}")
    return value


def whole(given: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    """A whole number of that name."""
    value = number(given, name, default, low, high)
    if value != int(value):
        raise RefusedError(400, f"{name}={given[name][:40]}: give a whole number")
    return int(value)


def flag(given: dict[str, str], name: str) -> bool:
    """Whether a box of that name is ticked."""
    return given.get(name, "").lower() in ("1", "on", "true", "yes")
