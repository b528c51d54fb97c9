"""Every kind of item in the table: the personal data in it, its name in an export, and how it is deleted.

A new kind of item is added here with its export and its erasure; a test looks for keys in the code that are not listed.
"""

from dataclasses import dataclass

from leadbell.errors import UnknownItem


@dataclass(frozen=True, slots=True)
class ItemKind:
    """Items whose keys start so. `told_as` is their section in an export, empty where they hold nothing of a person.

    `goes` says how erasing deals with them.
    """

    pk: str
    sk: str
    told_as: str
    goes: str


WITH_THE_PERSON = "deleted with the person"
HASHES = "holds keyed hashes only, and ends by itself"
NOT_PERSONAL = "is about the service or a company, not about a person"

ITEM_KINDS: tuple[ItemKind, ...] = (
    ItemKind(
        "CONTACT#",
        "EVENT#",
        "facts",
        "deleted with the person; that they objected to profiling or left the newsletter stays, without any detail",
    ),
    ItemKind("CONTACT#", "TEXT#", "typed", WITH_THE_PERSON),
    ItemKind("CONTACT#", "PROFILE", "profile", WITH_THE_PERSON),
    ItemKind("CONTACT#", "STANDING", "position", "replaced by when they were erased, and three numbers"),
    ItemKind("CONTACT#", "SNAPSHOT", "counted", WITH_THE_PERSON),
    ItemKind("CONTACT#", "TRANSITION#", "moves", WITH_THE_PERSON),
    ItemKind("CONTACT#", "ALERT#", "mails", WITH_THE_PERSON),
    ItemKind("CONTACT#", "COPY#", "mails", WITH_THE_PERSON),
    ItemKind("CONTACT#", "MAIL#", "mails", WITH_THE_PERSON),
    ItemKind("CONTACT#", "LINK#", "visitors", "deleted with the person, and so is what the visitor did in that time"),
    ItemKind("CONTACT#", "NAMED#", "named_in", "deleted with the person, and so is the line that names them"),
    ItemKind("CONTACT#v_", "LINKED#", "visitors", WITH_THE_PERSON),
    ItemKind("CONTACT#v_", "HOLDER", "visitors", "names nobody any more"),
    ItemKind("COMPANY#", "CONTACT#", "colleagues_see", WITH_THE_PERSON),
    ItemKind("COMPANY#", "VERSION", "", NOT_PERSONAL),
    ItemKind("SAME#", "CONTACT#", "", "holds keyed hashes only, and is deleted with the person"),
    ItemKind("QUARANTINE#", "", "quarantine", WITH_THE_PERSON),
    ItemKind("PRIVACY#", "", "privacy_requests", WITH_THE_PERSON),
    ItemKind("PARKED#", "PARKED", "parked", WITH_THE_PERSON),
    ItemKind("SUPPRESSED#", "SUPPRESSED", "suppressed", "stays: it is what keeps us from writing to them again"),
    ItemKind("AUDIT#", "", "audit", "stays for two years: it proves the erasure, and shows no address"),
    ItemKind("CLAIM#", "CLAIM", "", HASHES),
    ItemKind("RATE#", "", "", f"{HASHES}; the count of mails that a mailbox left unanswered stays"),
    ItemKind("PACE#", "PACE", "", "is about sales' own inboxes, by keyed hashes, and ends by itself"),
    ItemKind("DOMAIN#", "DOMAIN", "", NOT_PERSONAL),
    ItemKind("CONFIG#", "", "", NOT_PERSONAL),
)

# Beginnings of keys that are no kind of item of their own: of indexes, of other keys' values.
NOT_STORED_BY_ITSELF = ("DUE#", "STAGE#", "FORM#", "OWNER#", "ERASED#", "EVENT$")
# Sort keys under CONFIG#.
OF_THE_SERVICE = ("MODEL#", "PUBLISHED#", "REP#")


def kind_of(pk: str, sk: str) -> ItemKind:
    """The kind of the item with these keys; raises UnknownItem where this version knows none.

    Of several the one that says most of both keys.
    """
    fits = [kind for kind in ITEM_KINDS if pk.startswith(kind.pk) and sk.startswith(kind.sk)]
    if not fits:
        where = f"{pk.partition('#')[0]}# / {sk.partition('#')[0]}"
        raise UnknownItem(f"items under {where} are not known to this version")
    return max(fits, key=lambda kind: len(kind.pk) + len(kind.sk))


NOT_LISTED = (
    "retries: keyed hashes of what was sent, for eight days at most",
    "counters of requests: keyed hashes, for minutes to a day",
    "when a mailbox last got a mail from us: keyed hashes, for two days; how many it left unanswered: until it answers",
    "logs: contact ids (keyed hashes) and names of forms, as long as the log groups keep them",
    "continuous backup of the table: the same as above, for 35 days",
    "mails that went out: with whoever got them",
)
