"""Mails to visitors: which a fact asks for, and what they say. Those to sales are `sales.alert_text`.

The text is constant: nothing that a visitor typed is in it, and its one variable is our link. The door says in the
fact which mail it promised (`mail`); whether it may still go out is decided when it is sent (`mailing_rules`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leadbell.consents import Word
from leadbell.errors import InvalidFact
from leadbell.events import AS_RECEIVED, REQUESTED, UNSUBSCRIBED, Fact, Trust
from leadbell.formats import Worded
from leadbell.identity import read_email
from leadbell.outbox.mail import TO_VISITORS, Mail
from leadbell.translations import catalogue, language_of


class Kind(Worded):
    """The mails there are; the field `mail` of a fact is one of these."""

    CONFIRM = "confirm", "confirmation of the signup"
    GOT_IT = "got_it", "receipt for their message"
    GUIDE = "guide", "link to their download"
    PAUSED = "paused", "question whether a no shall be kept or undone"
    CHOICES = "choices", "link to their preferences"


@dataclass(frozen=True, slots=True)
class Promised:
    """A mail that a fact asks for."""

    kind: Kind
    fact: Fact

    @property
    def sk(self) -> str:
        """Where it is kept: one fact, one mail."""
        return f"{TO_VISITORS}{self.kind}-{self.fact.id}"

    @property
    def to(self) -> str:
        """The address as mail servers want it: the local part as it was given, the domain in ASCII."""
        email = read_email(str(self.fact.fields["email"]))
        return f"{email.original.rpartition('@')[0]}@{email.domain}"

    @property
    def asset(self) -> str | None:
        """The file whose link it brings, if it brings one."""
        return str(self.fact.fields["asset"]) if self.kind is Kind.GUIDE else None

    @property
    def language(self) -> str:
        """The language that the door found in the form or the browser."""
        return language_of(str(self.fact.fields.get("mail_language", "")), "")


def mails_to(facts: Iterable[Fact], *, is_subscribed: bool, pauses: Mapping[str, Word]) -> list[Promised]:
    """The mails that the undecided of these facts (all of a contact) ask for.

    Who is on the list needs no confirmation; others are asked once a day, however often the address is typed, and anew
    after they left, which takes a link of theirs. Of a no
    that pauses something its address is asked once, by the fact that began the pause.
    """
    facts = list(facts)
    return [*_asked_for(facts, is_subscribed=is_subscribed), *_of_pauses(facts, pauses)]


def _of_pauses(facts: Iterable[Fact], pauses: Mapping[str, Word]) -> list[Promised]:
    began = {word.fact for word in pauses.values()}
    asking = (fact for fact in facts if fact.id in began and fact.undecided and fact.fields.get("email"))
    return [Promised(Kind.PAUSED, fact) for fact in sorted(asking, key=AS_RECEIVED)]


def _asked_for(facts: Iterable[Fact], *, is_subscribed: bool) -> list[Promised]:
    facts = sorted(facts, key=AS_RECEIVED)
    asking = [fact for fact in facts if fact.fields.get("mail") and fact.trust > Trust.MACHINE]
    left_at = next((fact.received_at for fact in reversed(facts) if fact.type == UNSUBSCRIBED and fact.is_proven), None)
    asked = (fact for fact in asking if fact.type == REQUESTED and not fact.undecided)
    days = {fact.received_at.date() for fact in asked if left_at is None or fact.received_at > left_at}
    found = []
    for fact in asking:
        if not fact.undecided or not fact.fields.get("email"):
            continue
        promised = Promised(_kind(fact), fact)
        if promised.kind is Kind.CONFIRM:
            if is_subscribed or fact.received_at.date() in days:
                continue
            days.add(fact.received_at.date())
        found.append(promised)
    return found


def _kind(fact: Fact) -> Kind:
    try:
        return Kind(str(fact.fields["mail"]))
    except ValueError as error:
        raise InvalidFact(f"the fact {fact.id} asks for no known mail; mails: {', '.join(Kind)}") from error


def compose_visitor_mail(kind: Kind, language: str, link: str) -> Mail:
    """The mail; `link` is all that differs from the next person's."""
    told = catalogue(language)["mails"]
    return Mail(told[f"{kind}_subject"], f"{told[f'{kind}_body'].replace('{link}', link)}\n")
