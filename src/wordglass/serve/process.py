"""The server: a socket on this machine alone, until Ctrl-C."""

import secrets
import socket
import webbrowser
from collections.abc import Callable
from threading import Thread

import uvicorn

from wordglass.errors import ArgumentError
from wordglass.serve.app import application
from wordglass.serve.runs import Trainer
from wordglass.serve.session import Session
from wordglass.views.html import render_prediction

LOOPBACK = "127.0.0.1"
HEADERS = 256 * 1024  # bytes of an address and headers: a form without scripts sends its text in the address
LINGER = 1  # seconds that open connections have at the end


def listen(port: int | None, any_port: bool, note: Callable[[str], None]) -> socket.socket:
    """A socket on a port, or on a free one.

    ArgumentError where the port is in use, unless ``any_port``: then this is noted, and another is taken.
    """
    # asyncio turns Nagle's algorithm off only where the protocol is named: else answers wait for delayed ACKs
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((LOOPBACK, port or 0))
    except OSError as error:
        found.close()
        if not any_port:
            raise ArgumentError(
                f"--port {port}: {error.strerror or error}; give another, leave it out for a free one, "
                "or add --any-port"
            ) from error
        note(f"port {port} cannot be had ({error.strerror or error}): another one is taken")
        return listen(None, False, note)
    return found


def serve(session: Session, listening: socket.socket, say: Callable[[str], None], browser: bool) -> None:
    """Answer until Ctrl-C, having said the address; on request a browser is opened at it."""
    port = listening.getsockname()[1]
    token = secrets.token_urlsafe()
    config = uvicorn.Config(
        application(session, Trainer(session), token, port),
        log_level="critical",  # what fails is told by the application; what Ctrl-C cuts off has not failed
        access_log=False,  # the addresses have the token
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=HEADERS,
        http="h11",
        timeout_graceful_shutdown=LINGER,
    )
    address = f"http://{LOOPBACK}:{port}/{token}/"
    for opened in session.models:  # the first to ask waits for no kernel and no template
        render_prediction(opened.classifier.trace("a text"), ask="ask")
    listening.listen()  # whoever reads the address can ask at once
    say(address)
    if browser:
        Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:  # uvicorn has ended well, and hands the signal on
        pass
    finally:
        session.jobs.end()
        for end in session.at_end:
            end()
        listening.close()
