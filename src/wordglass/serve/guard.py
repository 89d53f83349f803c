"""Who may ask: the browser that the address was given to, on this machine, and no page of another site.

The token stands in the path of every address, not in a cookie: browsers send the cookies of 127.0.0.1 to
every port of it, so that another local server could read a cookie, and take requests of any page to be the
user's. Nothing can be asked without knowing the token, and no header sends it to another site.
A page of a foreign site that has its own name point to 127.0.0.1 (DNS rebinding) sends that name as Host.
"""

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a form would have the Origin null
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
BODY = 8_000_000  # bytes: a text of a megabyte, however it is escaped


class Guard:
    """Lets through what has the token, comes to this host from no other, and is no larger than a text."""

    def __init__(self, app: App, token: str, port: int) -> None:
        self.app, self.token = app, token
        self.hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":  # there is nothing to a lifespan, and no web socket
            return
        headers = Headers(scope=scope)

        async def guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    own.setdefault(name, value)
            await send(message)

        if refusal := self._refusal(scope, headers):
            status, sentence = refusal
            answer = JSONResponse({"error": sentence, "status": status}, status)
            await answer(scope, receive, guarded)
            return
        # The token is no part of what the application sees of the address, but of all that it links to.
        root = f"/{self.token}"
        inner = {**scope, "root_path": root}
        await self.app(inner, self._limited(receive), guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if host not in self.hosts:
            return 403, "this page answers to 127.0.0.1 and localhost alone, at its own port"
        origin = headers.get("origin")
        if origin is not None and origin not in {f"http://{own}" for own in self.hosts}:
            return 403, "a page of another site asked: it is not answered"
        first = scope["path"].split("/")[1:2]
        given = first[0] if first else ""
        if not secrets.compare_digest(given.encode(), self.token.encode()):
            return 403, "the address lacks its token: open the one that wordglass open has printed"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > BODY:
            return 413, "that is more than a text of 1 MB: give a shorter one"
        return None

    def _limited(self, receive: Receive) -> Receive:
        """Bodies that do not say how long they are end where they are too long."""
        left = BODY

        async def limited() -> MutableMapping[str, Any]:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            return message if left >= 0 else {"type": "http.disconnect"}

        return limited
