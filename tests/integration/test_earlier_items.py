"""What the version of before wrote is read, and goes on living, in this one; and a life as then leaves the same."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leadbell import identity
from leadbell.capture.quarantine import held, release
from leadbell.contacts.derived_items import move_item, move_of, snapshot_item, snapshot_of
from leadbell.contacts.items import event_item, fact_of
from leadbell.contacts.lists import subscribers
from leadbell.contacts.standing_items import standing_item, standing_of
from leadbell.contacts.store import Contacts
from leadbell.contacts.visitors import link_of
from leadbell.forms.config import FormsConfig
from leadbell.identity import contact_of
from leadbell.keyed import Keyring, digest
from leadbell.lifecycle.dispositions import Disposition
from leadbell.outbox.sales_outbox import Outbox, is_letter
from leadbell.outbox.visitor_delivery import VisitorDelivery
from leadbell.outbox.visitor_outbox import visitor_mail_of
from leadbell.sales.answers import take_answer
from leadbell.scoring import published
from leadbell.scoring.compiled import Active, CompiledModel
from leadbell.scoring.published import Models
from leadbell.scoring.rules import Model
from leadbell.secret import SECRET
from leadbell.table import Item, decode, encode, moment
from tests.aws.on_moto import mailing
from tests.aws.world import World
from tests.integration import earlier as earlier_lives
from tests.integration.earlier import ASKED, KEPT, address, lives, person, raw_items
from tests.integration.service import ENVIRONMENT

# Keyed with a use of its own since; it only spaces mails by half a second. First mails were not counted.
NOT_AS_THEN = ("PACE#", "RATE#first-mails#", SECRET[0])
# Whatever mails to sales say is told elsewhere, and how it is kept may differ; what was typed was not kept by itself.
TOLD_ELSEWHERE = ("ALERT#", "COPY#", "TEXT#")
# What was not written yet: of an item, and of what a fact says.
ADDED_SINCE = ("list_pk", "list_at", "subscribed_at", "marks", "mailed_as")
# What nothing was kept under: by what the same person is told.
NO_KEY_THEN = "SAME#"
SAID_SINCE = ("typed", "typed_names")


def earlier_items() -> list[Item]:
    raw: list[Item] = json.loads(KEPT.read_text(encoding="utf-8"))
    for item in raw:
        for value in item.values():
            if "B" in value:
                value["B"] = base64.b64decode(value["B"])
    return raw


EARLIER = [decode(item) for item in earlier_items()]
END = max(moment(item["born_at"]) for item in EARLIER if "born_at" in item) + timedelta(seconds=1)


def earlier(sk: str) -> list[Item]:
    return [item for item in EARLIER if item["sk"].startswith(sk) and item["pk"].startswith("CONTACT#")]


STOOD = [item for item in earlier("STANDING") if "stage" in item]


def as_kept(item: Item, pk: str) -> Item:
    """An item as the table gives it back, without what was added since."""
    return decode(encode({"pk": pk, **{name: value for name, value in item.items() if name not in ADDED_SINCE}}))


@pytest.fixture(autouse=True)
def ids_of_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ids that all had then, by one key for every use; what else is stored of them is read as ever."""

    def name_of_then(keys: Keyring, use: str, text: str) -> str:
        said = text if use == "contact" else f"{use}:{text}"
        hashed = digest(keys.secret.root, said.encode())[:16]
        return base64.b32encode(hashed).decode().rstrip("=").lower()

    monkeypatch.setattr(identity, "keyed_name", name_of_then)


# ---- One by one ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", STOOD, ids=lambda item: item["pk"])
def test_a_standing_is_read_and_would_be_written_as_it_was(kept: Item) -> None:
    assert as_kept(standing_item(contact_of(kept["pk"]), standing_of(kept)), kept["pk"]) == kept


def test_what_an_erasure_left_is_read_and_would_be_written_as_it_was() -> None:
    (kept,) = (item for item in earlier("STANDING") if "stage" not in item)
    stands = standing_of(kept)
    assert (stands.cycle, stands.times_qualified, stands.erased_at) == (1, 0, moment(kept["erased_at"]))
    assert stands.stage == "prospect"


def test_every_part_of_a_standing_is_among_them() -> None:
    keys = {name for item in earlier("STANDING") for name in item}
    assert keys >= {"return_on", "held_at", "sealed_through", "linked", "cycles_erased", "status", "owner", "reset_at"}


def test_facts_moves_and_snapshots_are_read_and_would_be_written_as_they_were() -> None:
    for kept in earlier("EVENT#"):
        if "moved" not in kept:
            written = as_kept(event_item(contact_of(kept["pk"]), fact_of(kept), kept["sk"]), kept["pk"])
            assert {**kept, **written} == {**written, **kept}
    for kept in earlier("TRANSITION#"):
        assert as_kept(move_item(move_of(kept)), kept["pk"]) == kept
    for kept in earlier("SNAPSHOT"):
        again = snapshot_item(snapshot_of(kept))
        assert again is not None
        assert snapshot_of(as_kept(again, kept["pk"])) == snapshot_of(kept)


# ---- A life as then --------------------------------------------------------------------------------------------------


def shown(items: list[Item]) -> dict[tuple[str, str], Any]:
    """The items by key; of a snapshot what it holds, since how it is packed is not ours to say. A claim goes by its
    fact: by a key it is named after its sender too, since."""
    plain = [{name: value for name, value in decode(item).items() if name not in ADDED_SINCE} for item in items]
    as_then = [item for item in plain if not item["pk"].startswith((*NOT_AS_THEN, NO_KEY_THEN, "CLAIM#"))]
    claims = [item for item in plain if item["pk"].startswith("CLAIM#")]
    return {("CLAIM", item["event"]): {**item, "pk": "CLAIM"} for item in claims} | {
        (item["pk"], item["sk"]): meant(item) for item in as_then if not item["sk"].startswith(TOLD_ELSEWHERE)
    }


def meant(item: Item) -> Any:
    """What an item says, of what could be said then."""
    if item["sk"] == "SNAPSHOT":
        snapshot = snapshot_of(item)
        return replace(snapshot, facts=tuple(replace(each, fields=said_then(each.fields)) for each in snapshot.facts))
    if "forms" in item:  # two of the packaged ones take files by a key that there was not
        config = FormsConfig.from_plain("", json.loads(item["forms"]))
        forms = {name: replace(form, files=False) for name, form in config.forms.items()}
        return {**item, "forms": replace(config, forms=forms)}
    return {**item, "fields": said_then(item["fields"])} if "fields" in item else item


def said_then(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in SAID_SINCE}


# Labels have been worded anew since; of what a move was decided on, a stored reason keeps the words of its day.
WORDED_ANEW = {
    "sent a form": "submitted a form",
    "met with sales": "had a meeting with sales",
    "sales gave it back: no answer": "returned by sales: no answer",
    "sales gave it back: not the right time, back on 2026-05-01": (
        "returned by sales: not the right time, back on 1 May 2026"
    ),
}


# People's own words were not read then.
ASK_FOR_A_PRICE = {ASKED["message"], "And what does it cost?"}


def worded_as_now(items: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    for (_, sk), item in items.items():
        if sk.startswith("TRANSITION#"):
            item["reason"] = WORDED_ANEW.get(item["reason"], item["reason"])
        fields = item.get("fields", {}) if isinstance(item, dict) else {}
        if fields.get("message") in ASK_FOR_A_PRICE:
            item["fields"] = {**fields, "asks": "price"}
    return items


@pytest.fixture
def model_of_then(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The model that was packaged then: its labels are in what is stored, and its version is a hash of all it says."""
    packaged = next(item for item in EARLIER if item["sk"] == "MODEL#8c048edaf13b")
    monkeypatch.setattr(published, "packaged_content", lambda: packaged["model"])
    monkeypatch.setattr(earlier_lives, "default_model", lambda: Model.model_validate_json(packaged["model"]))
    published._packaged.cache_clear()
    yield
    published._packaged.cache_clear()


@pytest.mark.usefixtures("model_of_then")
def test_a_life_as_then_leaves_the_same_items() -> None:
    with mailing() as here:
        lives(here)
        assert shown(raw_items(here)) == worded_as_now(shown(earlier_items()))


# ---- Life goes on ----------------------------------------------------------------------------------------------------


@pytest.fixture
def here() -> Iterator[World]:
    """The service of this version over the table that the one of before has left."""
    with mailing() as opened:
        opened.clock.at = END
        for name in ("sara", "nils"):
            opened.add_topic(f"leadbell-rep-{name}", "rep@example.com")
        for item in earlier_items():
            opened.service.client.put_item(TableName=ENVIRONMENT["TABLE_NAME"], Item=item)
        yield opened


@dataclass(frozen=True)
class InForceThen:
    """The model that a standing was made with, as if it were in force."""

    models: Models
    version: str

    def active(self, now: datetime) -> Active:
        compiled = self.models.by_version(self.version)
        assert compiled is not None
        return Active(compiled)

    def by_version(self, version: str) -> CompiledModel | None:
        return self.models.by_version(version)


def looks_as_then(here: World, kept: Item) -> None:
    """One look at a contact, in the evening of the day on which it was last looked at."""
    refresher = here.service.apps["score"].refresher
    as_then = replace(refresher, models=InForceThen(Models(here.service.table), kept["model"]))
    as_then.refresh(contact_of(kept["pk"]), moment(f"{kept['as_of']}T23:59:59Z"))


def by_key(here: World) -> dict[tuple[str, str], Item]:
    """All items, without what was added since."""
    return {
        (item["pk"], item["sk"]): {name: value for name, value in item.items() if name not in ADDED_SINCE}
        for item in map(decode, raw_items(here))
        if not item["pk"].startswith(NO_KEY_THEN)
    }


def test_looking_at_everybody_again_writes_nothing_but_the_list_of_subscribers(here: World) -> None:
    before = by_key(here)
    for kept in STOOD:
        looks_as_then(here, kept)
    listed = [f"CONTACT#{contact}" for contact, _ in subscribers(here.service.table, datetime.min.replace(tzinfo=UTC))]
    assert listed == [f"CONTACT#{here.service.id_of(address('nora', 'north.example.com'))}"]
    for pk in listed:
        before[pk, "STANDING"]["version"] += 1
    assert by_key(here) == before


def test_a_standing_and_a_profile_that_are_written_anew_are_what_they_were(here: World) -> None:
    before = by_key(here)
    for kept in STOOD:
        forgotten = {**kept, "evidence": None, "profile": None}
        here.service.client.put_item(TableName=ENVIRONMENT["TABLE_NAME"], Item=encode(forgotten))
        here.service.table.delete(kept["pk"], "PROFILE")
        looks_as_then(here, kept)
        before[kept["pk"], "STANDING"] |= {"version": kept["version"] + 1}
        # A new touch alone is no reason to write a profile, so what is kept may be of before it.
        now = here.service.table.get(kept["pk"], "PROFILE") or {}
        before[kept["pk"], "PROFILE"] |= {name: now[name] for name in ("first_touch", "latest_touch") if name in now}
    assert by_key(here) == before


def stage_of(here: World, name: str, domain: str) -> str:
    return str(here.service.standing(address(name, domain)).stage)


def test_what_was_under_way_arrives(here: World) -> None:
    service = here.service
    here.pass_time(20)
    assert [each["state"] for each in service.letters(address("uma", "under.example.com"))] == ["sent"]
    assert stage_of(here, "will", "wharf.example.com") == "sql"
    assert [each["state"] for each in service.letters(address("will", "wharf.example.com"))] == ["sent"]
    assert here.ses.sent[-1].to == address("vic", "vale.example.com")
    here.press(here.ses.sent[-1].links[0])
    here.drain()
    assert stage_of(here, "vic", "vale.example.com") == "subscriber"


def test_a_form_sent_again_by_a_key_of_then_alerts_nobody_twice(here: World) -> None:
    """A key of then named no sender, and lasts for eight days: the fact is stored once more."""
    who = address("will", "wharf.example.com")
    fields = {**person("will", "wharf.example.com"), **ASKED}
    for _ in range(2):
        assert here.service.post("/forms/contact", fields, idempotency_key="order-67").status == 303
        here.pass_time(20)
    assert [each["heard"] for each in here.service.letters(who)] == ["alert", "asked_again"]
    assert len(here.service.facts(who)) == 2


def test_a_link_in_an_old_mail_still_opens(here: World) -> None:
    contact = here.service.id_of(address("otto", "open.example.com"))
    delivery: VisitorDelivery = here.service.apps["notify"].visitor_delivery()
    (mail,) = (item for item in earlier("MAIL#") if item["pk"] == f"CONTACT#{contact}")
    here.press(delivery.link(visitor_mail_of(mail)))
    here.drain()
    assert stage_of(here, "otto", "open.example.com") == "subscriber"


def test_a_promised_return_is_kept_and_a_parked_contact_looked_at(here: World) -> None:
    who = address("tim", "dunder.example.com")
    back: datetime = moment(f"{here.service.standing(who).return_on}T00:00:00Z")
    here.pass_time(int((back - here.clock()) / timedelta(minutes=1)) + 5)
    assert [each["heard"] for each in here.service.letters(who)] == ["alert", "reminder"]
    assert here.service.items(prefix="PARKED") == []


def test_sales_answers_a_qualification_of_then(here: World) -> None:
    who = address("sid", "sky.example.com")
    contacts, contact = here.service.contacts, here.service.id_of(who)
    take_answer(contacts, contact, Disposition("meeting.held", 2, by="sara"), here.clock())
    here.drain()
    assert stage_of(here, "sid", "sky.example.com") == "opportunity"


def test_who_asked_asks_again_and_who_is_held_asks_at_last(here: World) -> None:
    here.clock.move(minutes=1)
    for name, domain in (("eva", "acme.example.com"), ("hugo", "harbour.example.com")):
        here.service.post("/forms/contact", {**person(name, domain), "message": "What does the pump cost?"})
    here.drain()
    assert here.service.letters(address("eva"))[-1]["heard"] == "asked_again"
    assert here.service.letters(address("hugo", "harbour.example.com"))[-1]["heard"] == "alert"


def test_what_was_kept_aside_can_be_let_go(here: World) -> None:
    (one,) = held(here.service.table, here.clock().date())
    release(here.service.contacts, one, here.clock())
    here.drain()
    assert stage_of(here, "quin", "quay.example.com") != "prospect"


def test_every_mail_to_sales_is_read(here: World) -> None:
    outbox = Outbox(here.service.table)
    letters = [item for item in EARLIER if is_letter(item["sk"]) and item["pk"].startswith("CONTACT#")]
    assert {item["state"] for item in letters} == {"sent", "pending"}
    for item in letters:
        letter = outbox.get(item["pk"], item["sk"])
        assert letter is not None
        assert (letter.state, letter.number) == (item["state"], item["number"])
        assert (letter.mail.subject, letter.mail.body) == (item["subject"], item["body"])


def test_whose_browser_it_was_is_known_from_when_until_when(here: World) -> None:
    links = {contact_of(item["pk"]): link_of(item) for item in earlier("LINK#")}
    eva, karl = (here.service.id_of(who) for who in (address("eva"), address("karl", "kontor.example.com")))
    assert links[eva].since is None
    assert links[eva].until == links[karl].since
    assert links[karl].until is None
    assert Contacts(here.service.table).standing(eva).bookkeeping.linked
