"""Serves the demo website and the inbox on 127.0.0.1, with the standard library alone."""

import json
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from cli.local import pages
from cli.local.inbox import Inbox
from cli.local.ports import HOST

HTML = "text/html; charset=utf-8"
STATIC = {
    "/style.css": "text/css; charset=utf-8",
    "/inbox.js": "text/javascript; charset=utf-8",
    "/icon.svg": "image/svg+xml",
}
# Nothing from elsewhere may be loaded or run, whatever a visitor wrote into a mail.
POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'"

Answer = tuple[str, str | bytes]


class Site:
    """The two sites on one port; `start` returns at once, `stop` waits for the server to end."""

    def __init__(self, port: int, api_url: str, inbox: Inbox) -> None:
        self.port = port
        self._answers: dict[str, Callable[[], Answer]] = {
            "/": lambda: (HTML, pages.website(api_url)),
            "/inbox": lambda: (HTML, pages.inbox_page(inbox.mails, api_url)),
            "/inbox/list": lambda: (HTML, pages.inbox_list(inbox.mails, api_url)),
            "/inbox.json": lambda: ("application/json", json.dumps([vars(mail) for mail in inbox.mails])),
        }

    def start(self) -> None:
        self._server = ThreadingHTTPServer((HOST, self.port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="site", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str) -> Answer | None:
        """Content type and content of a page, None where there is none."""
        if path in self._answers:
            return self._answers[path]()
        if path in STATIC:
            return STATIC[path], (pages.FILES / path.removeprefix("/")).read_bytes()
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self
        # A page of another website that had its name point here would come with that name.
        names = {f"{host}:{self.port}" for host in (HOST, "localhost")}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if self.headers.get("Host", "") not in names:
                    return self._send(
                        HTTPStatus.MISDIRECTED_REQUEST, "text/plain", "This host name is not served here.\n"
                    )
                found = site.answer(urlsplit(self.path).path)
                if found is None:
                    return self._send(HTTPStatus.NOT_FOUND, "text/plain", "Page not found.\n")
                return self._send(HTTPStatus.OK, *found)

            do_HEAD = do_GET

            def _send(self, status: HTTPStatus, content_type: str, content: str | bytes) -> None:
                body = content.encode() if isinstance(content, str) else content
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.send_header("Content-Security-Policy", POLICY)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """The terminal shows submissions, not page views."""

        return Handler
