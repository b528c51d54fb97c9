"""The README tells the truth and is short: its example is what the code makes, and what it names is there."""

import json
import re
import shlex
from datetime import UTC, datetime

from leadbell.capture.field_reading import read_submission
from leadbell.events import Fact, Trust
from leadbell.forms.config import FORMS
from leadbell.keyed import Keyring
from leadbell.lifecycle.decide import decide
from leadbell.lifecycle.standing import Standing
from leadbell.sales.alert_text import Occasion, compose
from leadbell.sales.routing import Route
from leadbell.scoring.rules import default_model
from leadbell.scoring.scoring import derive
from leadbell.web.bodies import Body, Pairs
from leadbell.web.request import Request
from leadbell.web.responses import stored
from tests.unit.docs.pages import DOCS, README, blocks, commands, prose, text

MAX_LINES = 150


def posted() -> tuple[str, Pairs]:
    """The form and the fields that the README's curl sends."""
    words = shlex.split(blocks(README, "sh", "curl")[0])
    sent = [words[at + 1].partition("=") for at, word in enumerate(words) if word in ("-d", "--data-urlencode")]
    return words[-1].rpartition("/")[2], tuple((name, value) for name, _, value in sent)


def test_the_mail_is_what_the_posted_form_leads_to() -> None:
    form_id, pairs = posted()
    (shown,) = blocks(README, "text", "Subject:")
    link = shown.split()[-1]
    now = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)
    form, model = FORMS[form_id], default_model().compiled()
    submission = read_submission(Body(pairs), Keyring.of(b"a secret for tests"))
    fields = {**submission.fields, "form": form.id, "means": form.means, "asks": form.asks}
    fact = Fact("f", "form.submitted", now, now, Trust.SUBMITTED, fields, undecided=True)

    derived = derive([fact], None, model, now)
    decision = decide(Standing(), derived, [fact], model.mql, now)
    (notice,) = decision.notices
    mail = compose(Occasion(notice, decision.standing, derived, [fact], Route(None), 1042, link, now))

    assert shown == f"Subject: {mail.subject}\n\n{mail.body}"


def test_the_answer_has_the_fields_of_a_real_one() -> None:
    answer = stored(Request("application/json", b'{"email": "eva@acme.example"}'), "id", "../thanks?for=demo")
    assert answer.body is not None
    assert json.loads(blocks(README, "json", "ok")[0]).keys() == json.loads(answer.body).keys()


def test_it_is_read_in_two_minutes() -> None:
    assert len(text(README).splitlines()) <= MAX_LINES
    assert len(prose(README).split()) <= 2 * 300, "words that a reader gets through in two minutes"


def test_it_shows_how_to_run_test_and_deploy_and_where_that_is_possible() -> None:
    assert {("make", "run"), ("make", "test")} <= {each.words for each in commands(README)}
    assert any(each.words[:2] == ("make", "deploy") for each in commands(README))
    assert "Linux or macOS" in prose(README)


def test_the_costs_are_those_of_the_cost_page() -> None:
    amounts = re.findall(r"\$(\d+\.\d\d)", prose(README))
    assert amounts
    for amount in amounts:
        assert f"**{amount}**" in text(DOCS / "explanation/cost.md"), amount


def test_it_leads_to_each_kind_of_page() -> None:
    kinds = {target.split("/")[1] for target in re.findall(r"\]\((docs/[^)]+)\)", text(README))}
    assert kinds == {"index.md", "tutorial", "how-to", "reference", "explanation"}
