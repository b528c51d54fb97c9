"""Routes a decision to a rep and writes the mail, in the decision's transaction: neither exists without the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leadbell.companies import Company
from leadbell.contacts.items import partition
from leadbell.contacts.store import Contacts, Outgoing
from leadbell.events import ERASURE, Fact
from leadbell.keyed import Keyring
from leadbell.lifecycle.notices import Heard, Notice
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Standing
from leadbell.outbox.links import ALERT_DAYS, LinkPurpose, sign
from leadbell.outbox.sales_outbox import Envelope, key_name, pending_item
from leadbell.sales.alert_text import Occasion, Others, compose, profile_told
from leadbell.sales.colleague_index import Around, CompanyBook, company_key
from leadbell.sales.colleagues import is_known, reps_of, told_of
from leadbell.sales.perhaps_same import OTHERS_AT_MOST, Likeness, Likenesses, block_of, marks_of
from leadbell.sales.redaction import retell_if_objecting
from leadbell.sales.reps import Reps
from leadbell.sales.routing import Rep, Route, having, reader_of, route
from leadbell.scoring.scoring import Derived
from leadbell.table import Write


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a contact, as far as mails need it: its standing before and after, its score, the facts they show."""

    contact_id: str
    before: Standing
    after: Standing
    derived: Derived
    facts: Sequence[Fact]
    company: Company | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Teller:
    """What a hand-off needs. `keys` sign the links in mails, `public_url` is where they lead."""

    contacts: Contacts
    reps: Reps
    keys: Keyring
    public_url: str

    def listed_under(self, stage: Stage, derived: Derived, company: Company | None) -> str:
        """Under which company colleagues find the contact; empty where they do not."""
        email = derived.profile.text("email") if is_known(stage, derived.grade) else ""
        return company_key(self.keys, email, company)

    def marks(self, derived: Derived, company: Company | None) -> str:
        """What the contact may have in common with the same person under another address; erasing either asks for it,
        so it stays where somebody objects."""
        return marks_of(self.keys, derived.tally.profile, company)

    def tell(self, look: Look, notices: Sequence[Notice]) -> tuple[Standing, list[Outgoing], list[Write]]:
        """The mails of a decision, the other writes they need, and the contact's standing with them."""
        after = look.after
        retell_if_objecting(self.contacts, look.contact_id, look.before, after, look.derived, self.link)
        book, likenesses = CompanyBook(self.contacts.table), Likenesses(self.contacts.table)
        # Of several mails the first alone names others: a transaction holds a hundred writes.
        names = next((each for each in notices if each.heard in (Heard.ALERT, Heard.ASKED_AGAIN)), None)
        is_alert = names is not None and names.heard is Heard.ALERT
        around = book.around(after.bookkeeping.listed_under if names else "", look.contact_id, entering=is_alert)
        first = next((each for each in notices if each.heard is not Heard.REMINDER), None)
        alike = _told(likenesses, look) if first else ()
        reps = self.reps.all() if notices else []
        outgoing = []
        for notice in notices:
            others = Others(
                told_of(around.colleagues if notice is names else (), reps),
                block_of(alike if notice is first else ()),
            )
            where = _route(notice, replace(look, after=after), around, reps)
            outgoing.append(self._mail(notice, replace(look, after=after), others, where))
            if notice.heard is Heard.ALERT:
                alerted = replace(after.qualification, alerted_rep=where.rep.id if where.rep else "")
                after = replace(after, qualification=alerted)
        also = book.writes(look.contact_id, look.before, after, around, outgoing, reps)
        also += likenesses.writes(look.contact_id, look.before, after, alike)
        return _mailed_as(after, outgoing), outgoing, also

    def _mail(self, notice: Notice, look: Look, others: Others, where: Route) -> Outgoing:
        sk = letter_key(notice, look.after.cycle)
        number = self.reps.next_number()
        link = self.link(look.contact_id, sk, number, look.now)
        mail = compose(Occasion(notice, look.after, look.derived, look.facts, where, number, link, look.now, others))
        return Outgoing(sk, pending_item(look.contact_id, _envelope(notice, where), mail, number, look.now))

    def link(self, contact_id: str, sk: str, number: int, born_at: datetime) -> str:
        """The one link of the mail of this number, which is kept under `sk`."""
        name = key_name(partition(contact_id), sk, number)
        token = sign(self.keys, LinkPurpose.ALERT, name, born_at + timedelta(days=ALERT_DAYS))
        return f"{self.public_url.rstrip('/')}/alerts/{token}"


def _told(likenesses: Likenesses, look: Look) -> tuple[Likeness, ...]:
    """Who is perhaps the same person, as far as a mail may say so; about who objects it says nothing else either."""
    if look.derived.objected:
        return ()
    alike = likenesses.others(look.contact_id, look.after.bookkeeping.marks)
    return tuple(each for each in alike if each.is_told)[:OTHERS_AT_MOST]


def _mailed_as(after: Standing, outgoing: Sequence[Outgoing]) -> Standing:
    """The standing with the number of the latest mail."""
    if not outgoing:
        return after
    return replace(after, bookkeeping=replace(after.bookkeeping, mailed_as=outgoing[-1].item["number"]))


def _envelope(notice: Notice, where: Route) -> Envelope:
    fact, rep = notice.fact, where.rep
    fact_key = fact.key if "files" in fact.fields else None
    topic = rep.topic_arn if rep else None
    return Envelope(str(notice.heard), fact.id, fact_key, notice.why, rep.id if rep else None, topic, where.note)


def _route(notice: Notice, look: Look, around: Around, reps: Sequence[Rep]) -> Route:
    if notice.fact.type == ERASURE:
        return Route(None, "a deletion request is for the operator, not for sales")
    country = profile_told(notice, look.after, look.derived, look.facts).text("country")
    owner = look.company.owner if look.company else ""
    has_open = [*having(notice, look.after), *reps_of(around.colleagues)]
    return route(reader_of(notice, look.after.owner, reps), country, reps, owner, has_open)


def letter_key(notice: Notice, cycle: int) -> str:
    """Where the mail about a notice is kept, so that there cannot be two of it."""
    if notice.heard is Heard.ALERT:
        return f"ALERT#{cycle:06d}"
    return f"COPY#reminder-{notice.fact.id}" if notice.heard is Heard.REMINDER else f"COPY#{notice.fact.id}"
