"""One file over HTTP: resumed, checked, and there under its name only when it is whole.

Ranges, validators and conditions are those of RFC 9110, sections 8.8, 13.1.5 and 14. The requests themselves
are urllib3's: it checks certificates and lengths, and its streams can be read as they were sent.
"""

import email.utils
import re
import shutil
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.partial import CHUNK, WELL_KNOWN, Part, Said, hash_of, locked

if TYPE_CHECKING:
    import urllib3

Progress = Callable[[int, int | None], None]  # bytes that are there, bytes in all where that is known

REDIRECTIONS = {301, 302, 303, 307, 308}
MOST_REDIRECTIONS = 10
PASSING = {408, 425, 429, 500, 502, 503, 504}  # answers after which asking again may help


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server, in seconds, and how often to ask again."""

    connect: float = 15
    read: float = 30  # for the next bytes
    tries: int = 6  # in a row that bring nothing new
    pause: float = 1  # before the second; doubled for each that follows
    longest_pause: float = 60


PATIENCE = Patience()


class UnavailableError(DataError):
    """An address does not give the file; another address may."""


class DroppedError(Exception):
    """A try ended before the file was whole; the next may go on."""

    def __init__(self, reason: str, after: float = 0, offline: bool = False) -> None:
        super().__init__(reason)
        self.after = after  # seconds, as the server asks
        self.offline = offline  # there was no server at all


def download(
    url: str,
    target: Path,
    checksum: str | None = None,
    size: int | None = None,
    progress: Progress | None = None,
    patience: Patience = PATIENCE,
) -> str:
    """Download a file to ``target``, unless it is there; gives its SHA-256.

    ``checksum`` is ``sha256:...`` or ``md5:...`` and ``size`` the bytes the file must have. What is received
    lies in ``target``.part until it is whole, and a later call goes on from there if the server still has the
    same file. A length that the server gives is held against what it sends; where it gives none, and neither
    checksum nor size is known, the end of the connection is the end of the file.

    Errors: UnavailableError (a DataError) where the address does not give the file; DataError where what was
    received is not the file that was promised, or cannot be written.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise ArgumentError(f"{url}: only http and https are fetched from")
    algorithm, _, expected = (checksum or "sha256:").partition(":")
    if algorithm not in WELL_KNOWN:
        raise ArgumentError(f"the checksum {checksum!r} is none of {', '.join(WELL_KNOWN)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            with locked(target, algorithm) as part:
                if part:
                    _complete(part, url, size, progress or (lambda done, total: None), patience)
                    _check(part, algorithm, expected.lower(), size)
                    part.finish(target)
                    return part.hashes["sha256"].hexdigest()
        if expected and hash_of(target, algorithm) != expected.lower():
            raise DataError(f"{target} is not the file that was promised: delete it, and download it again")
        return hash_of(target, "sha256")
    except OSError as error:
        raise DataError(f"cannot write {error.filename or target}: {error.strerror or error}") from error


def _complete(part: Part, url: str, size: int | None, progress: Progress, patience: Patience) -> None:
    """Ask until all is there, or until several tries in a row brought nothing new."""
    if part.said and part.said.url != url:
        part.clear()
    start = furthest = part.done
    vain = 0
    while not part.complete:
        try:
            _receive(part, url, size, progress, patience)
            return
        except DroppedError as drop:
            furthest, vain = (part.done, 1) if part.done > furthest else (furthest, vain + 1)
            if drop.after > patience.longest_pause:
                raise UnavailableError(f"{url}: {drop}, and asks to wait {drop.after:,.0f} seconds") from drop
            if vain >= patience.tries or (drop.offline and furthest == start):
                often = f", {vain} times in a row" if vain > 1 else ""
                kept = f"; {part.done:,} bytes are kept: run again to go on" if part.done else ""
                raise UnavailableError(f"{url}: {drop}{often}{kept}") from drop
            pause = max(drop.after, patience.pause * 2 ** (vain - 1))
            time.sleep(min(pause, patience.longest_pause))


def _receive(part: Part, url: str, size: int | None, progress: Progress, patience: Patience) -> None:
    """Ask once, for what is missing, and keep what comes."""
    wanted = {}
    if part.done and part.said and part.said.validator:
        wanted = {"Range": f"bytes={part.done}-", "If-Range": part.said.validator}
    elif part.done:
        part.clear()
    with _opened(url, wanted, patience) as (response, sha256):
        said = _said(response, url, sha256)
        if response.status == 206:
            first = _first_byte(response)
            same = part.said is not None and _same(part.said, said)
            if first != part.done or (first and not same):
                part.clear()
                raise DroppedError("the server sent another part than was asked for, or of another file")
            if not first:
                part.begin(said)
        elif response.status == 416:
            part.clear()
            raise DroppedError("the server has less of the file than it said")
        else:
            _refuse_encoding(response, url)
            part.begin(said)
        if size is not None and said.length not in (None, size):
            part.delete()
            raise DataError(f"{url} gives {said.length:,} bytes, where {size:,} were promised")
        _check_space(part, said.length)
        progress(part.done, said.length)
        for chunk in _chunks(response):
            part.write(chunk)
            progress(part.done, said.length)
    if said.length is not None and not part.complete:
        raise DroppedError(f"the connection ended after {part.done:,} of {said.length:,} bytes")


def _chunks(response: "urllib3.BaseHTTPResponse") -> Iterator[bytes]:
    """The body as it is sent."""
    import urllib3.exceptions

    try:
        while chunk := response.read1(CHUNK, decode_content=False):
            yield chunk
    except urllib3.exceptions.ReadTimeoutError as error:
        raise DroppedError("the server sends nothing more") from error
    except (urllib3.exceptions.HTTPError, ConnectionError) as error:
        raise DroppedError(f"the connection was lost ({_reason(error)})") from error


def _said(response: "urllib3.BaseHTTPResponse", url: str, sha256: str | None) -> Said:
    """What the headers tell of the whole file."""
    etag = response.headers.get("ETag", "")
    strong = etag if re.fullmatch(r'"[^"]*"', etag) else None  # a weak one allows no ranges
    validator = strong or response.headers.get("Last-Modified")
    if response.status == 206:
        length = re.fullmatch(r"bytes \d+-\d+/(\d+)", response.headers.get("Content-Range", ""))
    else:
        length = re.fullmatch(r"(\d+)", response.headers.get("Content-Length", ""))
    return Said(url, validator, int(length[1]) if length else None, sha256)


def _first_byte(response: "urllib3.BaseHTTPResponse") -> int | None:
    found = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(found[1]) if found else None


def _same(before: Said, now: Said) -> bool:
    """Whether it is still the same file; servers that do not know If-Range send a part of the new one."""
    return before.validator == (now.validator or before.validator) and before.length == now.length


def _refuse_encoding(response: "urllib3.BaseHTTPResponse", url: str) -> None:
    """Refuse what was compressed for the way; a compressed file that is labelled so stays as it is."""
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding not in ("", "identity") and not (encoding == "gzip" and urlsplit(url).path.endswith(".gz")):
        raise UnavailableError(f"{url}: the server sends the file compressed ({encoding[:20]}), unasked")


def _check_space(part: Part, length: int | None) -> None:
    free = shutil.disk_usage(part.path.parent).free
    if length is not None and length - part.done > free:
        raise DataError(
            f"{part.path.parent}: {length - part.done:,} bytes are to come, and {free:,} are free: make room"
        )


def _check(part: Part, algorithm: str, expected: str, size: int | None) -> None:
    """Hold what was received against what was promised; what is wrong is deleted."""
    if size is not None and part.done != size:
        part.delete()
        raise DataError(f"{part.path}: {part.done:,} bytes came, where {size:,} were promised; deleted")
    if not expected and part.said and part.said.sha256:
        expected = part.said.sha256
    found = part.hashes[algorithm].hexdigest()
    if expected and found != expected:
        url = part.said.url if part.said else str(part.path)
        part.delete()
        raise DataError(
            f"{url}: what came has the {algorithm} {found}, not {expected}: damaged, or replaced by another;"
            " it was deleted"
        )


def _redirected(address: str, location: str) -> str:
    """Where to go on: http or https, and no way back from https to http."""
    try:
        after = urljoin(address, location)
        scheme = urlsplit(after).scheme
    except ValueError:
        scheme = "nowhere"
    if scheme not in ("http", "https"):
        raise UnavailableError(
            f"{address}: the server redirects to {scheme}, which is neither http nor https"
        )
    if scheme == "http" and urlsplit(address).scheme == "https":
        raise UnavailableError(f"{address}: the server redirects to {after}, which is not encrypted")
    return after


@contextmanager
def _opened(
    url: str, wanted: dict[str, str], patience: Patience
) -> Iterator[tuple["urllib3.BaseHTTPResponse", str | None]]:
    """Follow redirections to a response that has the file, and to the SHA-256 that a host may tell."""
    headers = {"User-Agent": f"wordglass/{version('wordglass')}", "Accept-Encoding": "identity", **wanted}
    address, sha256 = url, None
    for _ in range(MOST_REDIRECTIONS + 1):
        with _asked(address, headers, patience) as response:
            # Hugging Face names the SHA-256 of a large file as it redirects to where the file lies.
            linked = response.headers.get("X-Linked-Etag", "").strip('"').lower()
            sha256 = linked if re.fullmatch(r"[0-9a-f]{64}", linked) else sha256
            if response.status in REDIRECTIONS and (location := response.headers.get("Location")):
                address = _redirected(address, location)
                continue
            if response.status in PASSING:
                raise DroppedError(f"the server answers {_status(response)}", _retry_after(response))
            if response.status not in (200, 206, 416):
                raise UnavailableError(f"{url}: the server answers {_status(response)}")
            yield response, sha256
            return
    raise UnavailableError(f"{url}: more than {MOST_REDIRECTIONS} redirections")


@contextmanager
def _asked(address: str, headers: dict[str, str], patience: Patience) -> Iterator["urllib3.BaseHTTPResponse"]:
    """The answer to one request."""
    import urllib3
    import urllib3.exceptions as failures

    timeout = urllib3.Timeout(connect=patience.connect, read=patience.read)
    try:
        with _connections(address) as pool:
            response = pool.request(
                "GET",
                address,
                headers=headers,
                timeout=timeout,
                redirect=False,
                retries=False,
                preload_content=False,
            )
            try:
                yield response
            finally:
                response.close()
    except (failures.SSLError, failures.LocationValueError) as error:
        raise UnavailableError(f"{address}: {_reason(error)}") from error
    except (failures.ProxySchemeUnknown, failures.ProxySchemeUnsupported) as error:
        raise UnavailableError(
            f"{address}: the proxy that the environment names cannot be used: {error}"
        ) from error
    except failures.NewConnectionError as error:
        raise DroppedError(f"no connection ({_reason(error)})", offline=True) from error
    except failures.TimeoutError as error:
        raise DroppedError("the server does not answer") from error
    except failures.HTTPError as error:
        raise DroppedError(f"the connection was lost ({_reason(error)})") from error


def _connections(address: str) -> "urllib3.PoolManager":
    """Connect directly, or by the proxy that the environment names for the address."""
    import urllib3

    parts = urlsplit(address)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if not proxy or urllib.request.proxy_bypass(parts.netloc):
        return urllib3.PoolManager()
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    user = urllib3.util.parse_url(proxy).auth
    return urllib3.ProxyManager(proxy, proxy_headers=urllib3.make_headers(proxy_basic_auth=user))


def _status(response: "urllib3.BaseHTTPResponse") -> str:
    return f"{response.status} {response.reason or ''}".strip()


def _retry_after(response: "urllib3.BaseHTTPResponse") -> float:
    """Seconds, from seconds or from a date."""
    text = response.headers.get("Retry-After", "")
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0


def _reason(error: Exception) -> str:
    """The innermost cause, in one line."""
    while error.__cause__ is not None or error.__context__ is not None:
        inner = error.__cause__ or error.__context__
        if not isinstance(inner, Exception):
            break
        error = inner
    return " ".join(str(getattr(error, "strerror", None) or error).split())[:120]
