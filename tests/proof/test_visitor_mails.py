"""Two calls fail while a mail to a visitor is sent: it goes out once at most, and nothing is left waiting."""

from tests.aws.wire import Fault, faults_of
from tests.aws.world import SENDER
from tests.integration.service import EVA
from tests.proof.memory import scene

EMAIL = EVA["email"]


def test_no_two_faults_send_a_mail_twice() -> None:
    for first in faults_of("TransactWriteItems"):
        for at in (2, 3, 4, 5):
            for second in (Fault.TIMED_OUT, Fault.KILLED, Fault.KILLED_AFTER, Fault.ANSWER_LOST):
                with scene(sender=SENDER) as here:
                    here.wires["notify"].start({1: first, at: second})
                    here.sign_up(EMAIL)
                    here.drain()
                    here.pass_time(20)
                    assert len(here.ses.sent) <= 1, (first, at, second)
                    assert "due_at" not in here.mails()[0]
