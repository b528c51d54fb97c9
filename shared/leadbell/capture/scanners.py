"""Programs that open links, such as mail scanners and link previews, recognised by the headers they send.

Programs open a link before the reader does, and many cannot be told from a person. So a GET changes nothing, and one by
a person is not recorded. A GET by a program that identifies itself is stored as a fact without points or effect; it
explains, on request, why a link was opened.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from leadbell.contacts.facts import ContactFacts
from leadbell.events import GUIDE_OPENED, Fact, Trust
from leadbell.formats import NOT_GRADED
from leadbell.outbox.links import Followed

# Words in the names by which scanners and programs that look ahead call themselves.
_SCANNERS = tuple(
    """
    bot crawl spider scan preview prefetch proxy barracuda mimecast proofpoint urldefense symantec sophos forcepoint
    fireeye trendmicro ironport facebookexternalhit whatsapp skypeuripreview headless phantomjs curl/ wget/ python-
    go-http-client java/ okhttp libwww axios/ node-fetch
    """.split()  # noqa: SIM905  # a list of thirty quoted words reads worse
)


def machine_behind(method: str, headers: Mapping[str, str]) -> str:
    """`head`, `prefetch` or `scanner` where a request says that no person made it; else nothing."""
    if method == "HEAD":
        return "head"
    if (
        "prefetch"
        in f"{headers.get('sec-purpose', '')} {headers.get('purpose', '')} {headers.get('x-moz', '')}".lower()
    ):
        return "prefetch"
    agent = headers.get("user-agent", "").lower()
    return "scanner" if not agent or any(word in agent for word in _SCANNERS) else ""


def note_machine(contacts: ContactFacts, followed: Followed, machine: str, now: datetime) -> bool:
    """Keeps what a machine did, once for each link, kind and day, however often; False where it is not kept.

    Nothing is noted of people who object to profiling, nor of those who are not there (any more): a scanner that opens
    an old mail must not bring back who was erased.
    """
    from leadbell.lifecycle.stages import Stage  # people who open a link do not wait for it

    standing = contacts.standing(followed.contact_id)
    if standing.version == 0 or standing.stage is Stage.PROSPECT or standing.grade == NOT_GRADED:
        return False
    name = f"{followed.token}\n{machine}\n{now.date().isoformat()}"
    event_id = hashlib.sha256(name.encode()).hexdigest()[:32]
    fields = {"asset": followed.asset_id, "machine": machine}
    fact = Fact(event_id, GUIDE_OPENED, now, now, Trust.MACHINE, fields)
    return contacts.file(followed.contact_id, fact, now.date())
