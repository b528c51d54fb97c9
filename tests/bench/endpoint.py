"""An HTTP server that answers every call as empty services of AWS do: each write succeeds, nothing is found but the
secret of the service, which is made once ever.

It runs in a process of its own, so that the CPU of a caller is only the caller's. `python -m tests.bench.endpoint 5`
waits five milliseconds before each answer, as a table's network does.
"""

import json
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from leadbell.keyed import Keyring
from leadbell.secret import SECRET, item_of
from leadbell.table import encode

KEYS = Keyring.of(b"the secret of the benches")
ANSWER = b'{"Items": []}'
OF_THE_SECRET = json.dumps({"Item": encode(item_of(KEYS.secret))}).encode()
IN_A_BATCH = json.dumps({"Responses": {"leads": [encode(item_of(KEYS.secret))]}, "UnprocessedKeys": {}}).encode()
# SNS speaks XML; nobody reads any of its topics.
OF_SNS = (
    b"<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions/>"
    b"</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>"
)


class Empty(BaseHTTPRequestHandler):
    """One connection; it stays open between calls, as AWS keeps it."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet
    seconds = 0.0

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.seconds)
        answer = _answer(self.headers.get("x-amz-target", ""), asked)
        self.send_response_only(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("x-amzn-RequestId", "0" * 52)
        self.send_header("x-amz-crc32", str(zlib.crc32(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.wfile.flush()


def _answer(target: str, asked: bytes) -> bytes:
    if SECRET[0].encode() in asked and target.endswith("GetItem"):
        return IN_A_BATCH if "Batch" in target else OF_THE_SECRET
    return ANSWER if target else OF_SNS


@contextmanager
def endpoint(milliseconds: float = 0.0) -> Iterator[str]:
    """The URL of such a server."""
    command = [sys.executable, "-m", "tests.bench.endpoint", str(milliseconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.terminate()


if __name__ == "__main__":
    Empty.seconds = float(sys.argv[1]) / 1000
    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as serving:
        print(serving.server_port, flush=True)
        serving.serve_forever()
