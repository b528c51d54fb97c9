"""A connection that was dropped while the function was frozen costs no mail; an answer that was lost is still lost.

The server is a real one on this machine: what matters here happens below botocore.
"""

import socket
import struct
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from botocore.config import Config
from botocore.session import get_session

from leadbell.clients import make_client
from leadbell.errors import Unavailable
from leadbell.outbox.mail import Mail, MailState
from leadbell.outbox.ses import mail_request, send
from leadbell.outbox.sns import Courier, one_attempt

PUBLISHED = (
    b"<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult>"
    b"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>"
)
TOPIC = "arn:aws:sns:eu-north-1:123456789012:leadbell-default-inbox"
REQUEST = mail_request("news@acme.example", "Acme", "eva@fjord.example", Mail("Hello", "Text"), "https://a.example/u")


class Server:
    """Answers the first request on each connection, and resets a connection on which a second one arrives.

    So a connection behaves that was dropped without a word while its owner slept. With `loses_answers` every request
    is taken and no answer is given.
    """

    def __init__(self) -> None:
        self.taken = self.resets = 0
        self.loses_answers = False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        head = _request(connection)
        if head:
            self.taken += 1
        if head and not self.loses_answers:
            body = PUBLISHED if b"Action=Publish" in head else b'{"MessageId":"m-1"}'
            kind = b"text/xml" if body is PUBLISHED else b"application/json"
            told = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (kind, len(body), body)
            connection.sendall(told)
            self.resets += connection.recv(1) != b""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


def _request(connection: socket.socket) -> bytes:
    """All of one request; empty where the other side hung up."""
    read = b""
    while part := connection.recv(65536):
        read += part
        head, blank, body = read.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        if blank and len(body) >= length:
            return read
    return b""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    opened = Server()
    monkeypatch.setenv("AWS_ENDPOINT_URL", opened.url)
    yield opened
    opened.close()


def keeping(service: str) -> Any:
    """A client as botocore makes it, which keeps its connection."""
    return get_session().create_client(service, region_name="eu-north-1", config=one_attempt())


def test_a_kept_connection_that_was_reset_ends_a_single_attempt_as_unknown(server: Server) -> None:
    """The fault itself: without it the tests below would show nothing."""
    ses = keeping("sesv2")
    states = [send(lambda: ses, REQUEST).state for _ in range(2)]
    assert (states, server.taken) == ([MailState.SENT, MailState.UNKNOWN], 1)


def test_each_mail_to_a_visitor_goes_out_on_a_connection_of_its_own(server: Server) -> None:
    ses = make_client("sesv2", one_attempt())
    states = [send(lambda: ses, REQUEST).state for _ in range(3)]
    assert (states, server.taken) == ([MailState.SENT] * 3, 3)


def test_each_mail_to_sales_goes_out_on_a_connection_of_its_own(server: Server) -> None:
    courier = Courier(make_client("sns", one_attempt()), TOPIC)
    assert [courier.publish(TOPIC, Mail("Hello", "Text"), []) for _ in range(3)] == ["m-1"] * 3
    assert server.taken == 3


def test_a_lost_answer_is_still_asked_for_once_and_unknown(server: Server) -> None:
    ses, courier = make_client("sesv2", one_attempt()), Courier(make_client("sns", one_attempt()), TOPIC)
    server.loses_answers = True
    assert send(lambda: ses, REQUEST).state is MailState.UNKNOWN
    with pytest.raises(Unavailable) as lost:
        courier.publish(TOPIC, Mail("Hello", "Text"), [])
    assert lost.value.maybe_done
    assert server.taken == 2


def test_a_client_that_tries_again_keeps_its_connection(server: Server) -> None:
    twice = Config(retries={"total_max_attempts": 2, "mode": "standard"})
    ses = make_client("sesv2", twice)
    assert [ses.send_email(**REQUEST)["MessageId"] for _ in range(2)] == ["m-1", "m-1"]
    assert (server.taken, server.resets) == (2, 1)
