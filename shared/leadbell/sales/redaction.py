"""Rewrites the mails about somebody who objects to profiling: without the profile, with what their form says.

Those that wait are sent so, and the pages of those that were sent show no profile any more. It comes before the write
that makes the objection known, so a stop in between is made good by the next look.
"""

from collections.abc import Callable
from datetime import datetime

from leadbell.consents import PROFILING
from leadbell.contacts.items import partition
from leadbell.contacts.privacy_requests import asked_in
from leadbell.contacts.store import Contacts
from leadbell.contacts.visitors import Visitors
from leadbell.formats import NOT_GRADED
from leadbell.lifecycle.notices import Heard, Notice
from leadbell.lifecycle.standing import Standing
from leadbell.outbox.sales_outbox import Outbox
from leadbell.sales.alert_text import Occasion, compose
from leadbell.sales.routing import Route
from leadbell.scoring.scoring import Derived
from leadbell.table import moment


def retell_if_objecting(
    contacts: Contacts,
    contact_id: str,
    before: Standing,
    after: Standing,
    derived: Derived,
    link: Callable[[str, str, int, datetime], str],
) -> None:
    """Rewrites all mails about the contact where this look is the first to find that they object. A pause rewrites
    none: what a form brings can be undone.

    `link` makes the link of a mail from its contact, its key, its number and when it was written.
    """
    was_paused = any(each.what == PROFILING for each in asked_in(before.bookkeeping.privacy))
    if not derived.objected or derived.is_paused or (before.grade == NOT_GRADED and not was_paused):
        return
    outbox, visitors, pk = Outbox(contacts.table), Visitors(contacts.table), partition(contact_id)
    # Read one by one, though a snapshot may have counted some: a mail can be about any of them.
    facts = [*contacts.facts(contact_id), *visitors.facts(visitors.links_of(contact_id))]
    by_id = {fact.id: fact for fact in facts}
    for item in outbox.of_contact(pk):
        if item["fact"] not in by_id:  # half a year old or more: its link has ended long ago
            continue
        notice, born_at = Notice(Heard(item["heard"]), by_id[item["fact"]]), moment(item["born_at"])
        number = item["number"]
        there = link(contact_id, item["sk"], number, born_at)
        mail = compose(Occasion(notice, after, derived, facts, Route(None), number, there, born_at))
        outbox.retell(item, mail)
