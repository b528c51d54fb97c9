"""What must be true once the stack is updated; each question gives what is wrong, and nothing where all is well."""

import re
import time
import urllib.error
from collections import Counter
from collections.abc import Callable, Iterator

from tests.e2e.visitor import DEMO_REQUEST, links_in, look, press, submit
from tests.upgrade import before
from tests.upgrade.before import Left
from tests.upgrade.emulated import Emulated, Item, said, until
from tests.upgrade.release import Release
from tests.upgrade.update import Busy

NEWCOMER = "newcomer@after.example"
# What the very facts say; all else of a contact may be worked on meanwhile.
STANDS = ("stage", "grade", "fit", "interest")
WORKED_ON = frozenset({"due_pk", "due_at"})

Wrong = list[str]


class After:
    """The stack after the update, compared with what was left."""

    def __init__(self, new: Release, stack: Emulated, left: Left, busy: Busy) -> None:
        self._new = new
        self._stack = stack
        self._left = left
        self._busy = busy
        # Before the service made its own secret, ids and links were keyed by the stack's id.
        self._keyed_anew = before.SECRET not in left.items

    def questions(self) -> Iterator[tuple[str, Callable[[], Wrong]]]:
        """In this order: what is only looked at comes before what changes something."""
        yield "every function runs the one version behind its alias", self.versions
        yield "every item of the table is still there, and every fact as it was", self.items
        yield "the published model and forms are in force", self.in_force
        if self._keyed_anew:
            yield "contacts of before are not found any more, and the command says so", self.unknown
            yield "links in old mails open nothing", self.dead_links
        else:
            yield "contacts stand where they stood", self.contacts
            yield "an export reads all that is kept of each of them", self.exports
            yield "links in old mails still open", self.links
        yield "who was thanked during the update is kept", self.thanked
        yield "a new form post works, by the published form and model", self.new_post
        if self._keyed_anew:
            yield "who does the same once more is somebody new", self.new_again
        else:
            yield "who does the same once more is known again", self.known_again
        yield "what was under way is done, and nobody is mailed for the same again", self.under_way
        yield "no mail came twice", self.twice

    def versions(self) -> Wrong:
        client, wrong = self._stack.client("lambda"), []
        for function in client.list_functions()["Functions"]:
            name = function["FunctionName"]
            aliases = client.list_aliases(FunctionName=name)["Aliases"]
            versions = [each["Version"] for each in client.list_versions_by_function(FunctionName=name)["Versions"]]
            if versions != ["$LATEST", *(alias["FunctionVersion"] for alias in aliases)]:
                wrong.append(f"{name}: versions {versions}")
        return wrong

    def items(self) -> Wrong:
        found, now = self._stack.items(), time.time()
        wrong = []
        for key, item in self._left.items.items():
            if key not in found:
                if float(item.get("expires_at", "inf")) > now:
                    wrong.append(f"gone: {key}")
            elif key[1].startswith("EVENT#") and _fact(item) != _fact(found[key]):
                wrong.append(f"changed: {key}: {item} is {found[key]}")
        return wrong

    def in_force(self) -> Wrong:
        shown = {"model": self._left.model, "forms": self._left.forms}
        return [f"{what} differ" for what, text in shown.items() if self._new.leadbell(what, "show") != text]

    def contacts(self) -> Wrong:
        wrong = []
        for who, was in self._left.explained.items():
            told = self._new.told("explain", who)
            wrong += [f"{who}: {name} {was[name]} is {told[name]}" for name in STANDS if told[name] != was[name]]
        return wrong

    def exports(self) -> Wrong:
        return [who for who in self._left.explained if who not in self._new.leadbell("export", who)]

    def links(self) -> Wrong:
        links = self._left.links
        pages = {
            links.alert: (look, before.ALERTED),
            links.confirm: (lambda link: press(link, do="confirm"), "You are subscribed"),
            links.preferences: (look, "You are subscribed to our newsletter."),
            links.unsubscribe: (lambda link: press(link, do="leave"), "You are unsubscribed"),
            links.download: (look, "%PDF"),
        }
        return [
            f"{link}: {opened}" for link, (act, words) in pages.items() if words not in (opened := _page(act, link))
        ]

    def unknown(self) -> Wrong:
        return [who for who in self._left.explained if "No contact found" not in self._new.refused("explain", who)]

    def dead_links(self) -> Wrong:
        links = self._left.links
        found = {link: _page(look, link) for link in (links.alert, links.confirm, links.unsubscribe, links.download)}
        return [f"{link}: {opened}" for link, opened in found.items() if "404" not in opened]

    def thanked(self) -> Wrong:
        kept = [item for (_, sk), item in self._stack.items().items() if sk.startswith("EVENT#")]
        return [who for who in self._busy.thanked if not any(said(item, who) for item in kept)]

    def new_post(self) -> Wrong:
        self._allow()
        submit(self._stack.api_url, "/forms/quote", email=NEWCOMER, **DEMO_REQUEST)
        mails = until(lambda: [mail for mail in self._stack.mails(NEWCOMER) if mail["to"] != NEWCOMER])
        return [] if any(before.MADE_A_REQUEST in mail["body"] for mail in mails) else [str(mails)]

    def _allow(self) -> None:
        """SNS, SES and the table answer again."""
        for function in ("NotifyFunction", "SweepFunction", "ScoreFunction"):
            self._stack.allow(function)

    def known_again(self) -> Wrong:
        """The same post is the same fact; another spelling is the same mailbox, which had its mail today."""
        before_it, api_url = self._facts_of(before.ALERTED), self._stack.api_url
        before.ask_for_a_demo(api_url)
        submit(api_url, "/newsletter", email=before.READER_AGAIN)
        after_it = self._facts_of(before.ALERTED)
        return [] if after_it == before_it else [f"{before_it} facts became {after_it}"]

    def new_again(self) -> Wrong:
        """Nobody knows any more that it is the same post, or the same mailbox."""
        before_it, api_url = self._facts_of(before.ALERTED), self._stack.api_url
        before.ask_for_a_demo(api_url)
        submit(api_url, "/newsletter", email=before.READER_AGAIN)
        after_it = self._facts_of(before.ALERTED)
        return [] if after_it == before_it + 1 else [f"{before_it} facts became {after_it}"]

    def _facts_of(self, who: str) -> int:
        return sum(sk.startswith("EVENT#") and said(item, who) for (_, sk), item in self._stack.items().items())

    def under_way(self) -> Wrong:
        until(self._is_settled)
        expected = {
            before.PENDING: 1,
            before.PUBLISHED: 1,
            before.CLAIMED: 1,
            before.UNDECIDED: 1,
            before.BLOCKED: 1,
            before.HALF_SENT: 0,
            before.READER_AGAIN: int(self._keyed_anew),
            before.THANKED: 2,  # one to sales, one to them
        }
        until(lambda: all(len(self._stack.mails(who)) >= count for who, count in expected.items()))
        counted = {who: len(self._stack.mails(who)) for who in expected}
        wrong = [f"{who}: {counted[who]} mails for {count}" for who, count in expected.items() if counted[who] != count]
        return wrong + [f"{key} waits: {item.get('state')}" for key, item in self._stack.waiting().items()]

    def _is_settled(self) -> bool:
        """The update itself may end a function between claim and end: then it is the lease that is waited for."""
        if self._stack.waiting():
            self._stack.sweep()
        return not self._stack.waiting()

    def twice(self) -> Wrong:
        letters = Counter(name for mail in self._stack.all_mails() for name in _names(mail))
        return [f"{count} times: {name}" for name, count in letters.items() if count > 1]


def _fact(item: Item) -> Item:
    return {name: value for name, value in item.items() if name not in WORKED_ON}


def _page(act: Callable[[str], str], link: str) -> str:
    try:
        return act(link)
    except urllib.error.URLError as error:
        return str(error)


def _title(page: str) -> str:
    """What a page says of itself, where it is one."""
    found = re.search("<title>(.*)</title>", page)
    return found[1] if found else page[:200]


def _names(mail: dict[str, str]) -> list[str]:
    """What no second mail may hold: the links of a mail, each made for it alone."""
    return [link for link in links_in(mail["body"]) if any(path in link for path in ("/alerts/", "/confirm/", "/d/"))]
