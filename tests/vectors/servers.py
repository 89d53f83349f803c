"""A web server on this machine that does what a test tells it, and keeps what it was asked."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY = bytes(range(256)) * 1024  # 256 KiB
ETAG = '"one"'


class Request(BaseHTTPRequestHandler):
    """A request, and the ways in which it can be answered."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.headers.get("Range"))
        with suppress(BrokenPipeError, ConnectionResetError):
            self.server.answer(self, len(self.server.asked))
        self.close_connection = True

    def log_message(self, *args):
        pass

    def head(self, status, **headers):
        self.send_response(status)
        for name, value in {"Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def file(self, body=BODY, upto=None, ranges=True, **headers):
        """The file, or the part that is asked for, as a good server does; hang up after ``upto`` bytes."""
        headers = {"ETag": ETAG, **headers}
        asked = self.headers.get("Range")
        valid = self.headers.get("If-Range") in (None, headers["ETag"])
        if not (asked and ranges and valid):
            self.head(200, **{"Content_Length": len(body), **headers})
            self.wfile.write(body[:upto])
            return
        first = int(asked.removeprefix("bytes=").removesuffix("-"))
        if first >= len(body):
            self.head(416, Content_Range=f"bytes */{len(body)}", Content_Length=0)
            return
        span = f"bytes {first}-{len(body) - 1}/{len(body)}"
        self.head(206, **{"Content_Length": len(body) - first, "Content_Range": span, **headers})
        self.wfile.write(body[first:] if upto is None else body[first : first + upto])


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Callable[[Request, int], None]) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.answer = answer
        self.asked: list[str | None] = []  # the range of each request

    def url(self, path="/vectors.zip"):
        return f"http://127.0.0.1:{self.server_port}{path}"

    def handle_error(self, request, client_address):
        pass


@contextmanager
def serving(answer: Callable[[Request, int], None]) -> Iterator[Server]:
    """Answer requests in threads, until the end of the block."""
    with Server(answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
