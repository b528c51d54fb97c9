"""The secret of the service: made once, read by all, its link keys changed while functions are warm."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from cli.main import app
from leadbell.clock import new_secret
from leadbell.errors import Conflict, NotFound, Unavailable
from leadbell.keyed import Keyring
from leadbell.outbox.links import LIVES, LinkPurpose, choices_token, guide_link, leave_token, read, sign
from leadbell.privacy.audit import Audit, Deed
from leadbell.secret import SECRET, Secrets
from leadbell.table import Table
from tests.integration.on_aws import Command, OnAws, said, told
from tests.integration.service import ENVIRONMENT, EVA, KEYS, Service, http_event, keys_of

MAKERS = ("forms", "newsletter", "downloads", "consent", "score", "notify", "sweep")
EVERY = [str(purpose) for purpose in LinkPurpose]


@pytest.fixture
def new(service: Service) -> Service:
    """A service that nobody has used yet."""
    service.table.delete(*SECRET)
    return service


def stored(service: Service) -> Keyring:
    return Keyring(Secrets(service.table, new_secret).read)


def use(service: Service, folder: str) -> None:
    """What makes the function do something."""
    paths = {"forms": "/forms/demo", "newsletter": "/newsletter", "downloads": "/downloads/guide"}
    if folder in paths:
        service.post(paths[folder], EVA)
    elif folder == "consent":
        service.get("/unsubscribe/1.bm9ib2R5.bm9ib2R5")
    elif folder == "sweep":
        service.sweep()
    elif folder == "score":
        service.file(EVA["email"], "pricing.viewed")
        service.run("score")


def link(keys: Keyring, service: Service, purpose: LinkPurpose) -> str:
    who, at = service.id_of(EVA["email"]), service.clock()
    if purpose is LinkPurpose.UNSUBSCRIBE:
        return f"/unsubscribe/{leave_token(keys, f'CONTACT#{who}', at)}"
    if purpose is LinkPurpose.PREFERENCES:
        return f"/preferences/{choices_token(keys, who, at)}"
    return urlsplit(guide_link(keys, ENVIRONMENT["PUBLIC_URL"], who, "guide", at)).path


def opens(service: Service, path: str) -> bool:
    status = service.get(path, user_agent="Mozilla/5.0 Firefox/140.0").status
    assert status in (200, 302, 303, 404)
    return status != 404


def rotated(service: Service, *, is_compromised: bool = False) -> Keyring:
    Secrets(service.table, new_secret).rotate(service.clock(), is_compromised=is_compromised)
    return stored(service)


# ---- Making it -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [each for each in MAKERS if each != "notify"])
def test_whoever_starts_first_makes_it(new: Service, folder: str) -> None:
    use(new, folder)
    made = stored(new).secret
    assert len(made.root) == 32
    assert made.root != KEYS.secret.root
    use(new, folder)
    assert stored(new).secret == made


def test_of_two_functions_that_start_at_once_both_use_the_one_that_was_stored(new: Service) -> None:
    """The second writes its own between the first one's look and its write."""
    new.faults.meanwhile(
        "forms", "PutItem", lambda: new.post("/newsletter", EVA), when=lambda sent: sent["Item"]["pk"]["S"] == SECRET[0]
    )
    new.post("/forms/demo", EVA)
    there = stored(new).secret
    assert [keys_of(new.apps[folder]).secret for folder in ("forms", "newsletter")] == [there, there]
    assert len({item["pk"] for item in new.facts()}) == 1


def test_a_door_stores_nothing_while_the_secret_cannot_be_made(new: Service) -> None:
    new.faults.refuse("forms", "PutItem", when=lambda sent: sent["Item"]["pk"]["S"] == SECRET[0], times=1)
    assert new.post("/forms/demo", EVA).status == 503
    assert new.items() == []
    assert new.post("/forms/demo", EVA).status == 303


def test_keys_that_were_left_unprocessed_are_not_missing(service: Service) -> None:
    """A throttled table answers a part; taken for "there is none", a new secret would be made."""

    def leave_out(answer: dict[str, Any]) -> None:
        name = ENVIRONMENT["TABLE_NAME"]
        answer["Responses"] = {name: []}
        answer["UnprocessedKeys"] = {name: {"Keys": [{"pk": {"S": SECRET[0]}, "sk": {"S": SECRET[1]}}]}}

    service.faults.change_answer("forms", "BatchGetItem", leave_out)
    assert service.post("/forms/demo", EVA).status == 503
    assert stored(service).secret == KEYS.secret


@pytest.mark.parametrize(("method", "path"), [("GET", "/alerts"), ("GET", "/d"), ("HEAD", "/d")])
def test_who_only_reads_answers_503_without_it(new: Service, method: str, path: str) -> None:
    answer = new.send(http_event(method, f"{path}/1.bm9ib2R5.bm9ib2R5"))
    assert (answer.status, "Retry-After" in answer.headers) == (503, True)
    assert new.table.get(*SECRET) is None


def test_a_command_right_after_a_deployment_makes_it_and_the_functions_use_it(
    new: Service, stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "add", EVA["email"])
    made = stored(new).secret
    assert new.post("/forms/demo", EVA).status == 303
    assert stored(new).secret == made


# ---- Another key for links -------------------------------------------------------------------------------------------


def test_a_link_of_a_new_key_opens_at_once_where_the_old_one_was_read(lead: Service) -> None:
    paths = {LinkPurpose.UNSUBSCRIBE: "consent", LinkPurpose.GUIDE: "downloads"}
    for purpose in paths:
        assert opens(lead, link(KEYS, lead, purpose))
    lead.clock.move(seconds=1)
    keys = rotated(lead)
    for purpose, folder in paths.items():
        path = link(keys, lead, purpose)
        assert path.split("/")[2].startswith("2.")
        assert keys_of(lead.apps[folder]).secret.current.id == "1"
        assert opens(lead, path)


def test_after_half_a_minute_every_function_signs_with_the_new_key(lead: Service) -> None:
    rotated(lead)
    lead.clock.move(seconds=31)
    lead.post("/forms/contact", {**EVA, "message": "Are you there?"})
    lead.pump()
    assert "/alerts/2." in lead.mails()[-1].body


@pytest.mark.parametrize("purpose", LIVES)
def test_an_old_key_opens_links_as_long_as_they_would_have_lived(lead: Service, purpose: LinkPurpose) -> None:
    now = lead.clock()
    old = sign(KEYS, purpose, "x", now + LIVES[purpose])
    keys = rotated(lead)
    assert read(keys, purpose, old, now + LIVES[purpose]) == "x"
    # One that only a thief of the key could have made.
    later = sign(KEYS, purpose, "x", now + 2 * LIVES[purpose])
    with pytest.raises(NotFound):
        read(keys, purpose, later, now + LIVES[purpose] + timedelta(hours=1))


@pytest.mark.parametrize("years", [0, 4, 30])
@pytest.mark.parametrize("is_compromised", [False, True])
def test_whatever_happens_a_link_to_unsubscribe_opens(lead: Service, years: int, is_compromised: bool) -> None:
    path = link(KEYS, lead, LinkPurpose.UNSUBSCRIBE)
    for _ in range(3):
        rotated(lead, is_compromised=is_compromised)
    lead.clock.move(days=365 * years, minutes=1)
    assert lead.post(path, {}).status == 200


def test_after_a_leak_no_other_link_of_before_opens(lead: Service) -> None:
    (alert,) = [urlsplit(mail.body.split()[-1]).path for mail in lead.mails()]
    paths = [alert, *(link(KEYS, lead, purpose) for purpose in (LinkPurpose.PREFERENCES, LinkPurpose.GUIDE))]
    assert [opens(lead, path) for path in paths] == [True, True, True]
    rotated(lead)
    keys = rotated(lead, is_compromised=True)
    lead.clock.move(seconds=31)
    assert [opens(lead, path) for path in paths] == [False, False, False]
    assert opens(lead, link(keys, lead, LinkPurpose.PREFERENCES))


def test_ids_stay_whatever_becomes_of_the_links(lead: Service) -> None:
    before = lead.id_of(EVA["email"])
    rotated(lead, is_compromised=True)
    lead.clock.move(minutes=1)
    lead.post("/forms/demo", {**EVA, "message": "Once more"})
    assert {item["pk"] for item in lead.facts()} == {f"CONTACT#{before}"}


def test_two_who_rotate_at_once_make_one_key(lead: Service) -> None:
    class Slow(Table):
        def put(self, *what: Any, **how: Any) -> Any:
            Secrets(lead.table, new_secret).rotate(lead.clock(), is_compromised=False)
            return super().put(*what, **how)

    with pytest.raises(Conflict):
        Secrets(Slow(lead.client, lead.table.name), new_secret).rotate(lead.clock(), is_compromised=True)
    keys = stored(lead).secret.links
    assert [(key.id, key.is_compromised) for key in keys] == [("1", False), ("2", False)]


def test_made_up_keys_cost_a_warm_function_two_reads_in_half_a_minute(lead: Service) -> None:
    seen: list[str] = []
    for folder in ("consent", "sales", "downloads"):
        lead.faults.watch(folder, lambda service, operation, _: seen.append(operation))
    for second in range(30):
        for number in range(20):
            for path in ("unsubscribe", "alerts", "d"):
                assert not opens(lead, f"/{path}/{second}{number}9.bm9ib2R5.bm9ib2R5")
        lead.clock.move(seconds=1)
    assert len(seen) == 3 * 2


# ---- Commands --------------------------------------------------------------------------------------------------------


def test_a_rotation_is_recorded_and_listed_and_shows_no_key(
    lead: Service, stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [(key["id"], key["until"], key["opens"]) for key in told(capsys, "keys", "list")] == [("1", None, EVERY)]
    lead.clock.move(minutes=1)
    assert "Key 2 signs links in mails." in said(capsys, "keys", "rotate")
    lead.clock.move(minutes=1)
    assert "Links sent before no longer open" in said(capsys, "keys", "rotate", "--compromised", "--yes")
    lead.clock.move(days=8)
    shown = told(capsys, "keys", "list")
    assert [(key["id"], key["compromised"]) for key in shown] == [("1", True), ("2", True), ("3", False)]
    assert [key["opens"] for key in shown] == [["unsubscribe"], ["unsubscribe"], EVERY]
    lines = [(line.deed, line.what, line.by) for line in Audit(lead.table).lines(lead.clock())]
    assert lines == [(Deed.KEYS, "", "ann"), (Deed.KEYS, "all links ended", "ann")]
    printed = said(capsys, "keys", "list") + json.dumps(shown)
    secret = stored(lead).secret
    assert not [key for key in (secret.root, *(each.key for each in secret.links)) if key.hex() in printed]


def test_a_leak_is_asked_about_first(lead: Service, stack: OnAws, leadbell: Command) -> None:
    result = leadbell("keys", "rotate", "--compromised", typed="n\n")
    assert result.exit_code == 1
    assert [key.id for key in stored(lead).secret.links] == ["1"]


def test_no_export_and_no_other_command_shows_the_secret(
    lead: Service, stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = stored(lead).secret
    hidden = (secret.root.hex(), secret.current.key.hex(), "CONFIG#secret")
    for words in (("export", EVA["email"]), ("contact", EVA["email"]), ("audit",), ("keys", "list"), ("status",)):
        capsys.readouterr()
        with pytest.raises(SystemExit):
            app([*words])
        printed = "".join(capsys.readouterr())
        assert not [word for word in hidden if word in printed], words


def test_what_this_version_cannot_read_is_no_missing_secret(service: Service) -> None:
    service.table.put({"pk": SECRET[0], "sk": SECRET[1], "root": "of another version"})
    assert service.post("/forms/demo", EVA).status == 503
    with pytest.raises(Unavailable, match="cannot be read by this version"):
        _ = stored(service).secret
