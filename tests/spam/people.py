"""What people send: in a hurry or at length, from a phone or a desk, and now and then with what a bot does too."""

import unicodedata
from random import Random

from tests.spam.languages import LANGUAGES, Language
from tests.spam.sample import Half, Sample

FREE = ("gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "gmx.de", "wp.pl", "live.se")
PATHS = ("/forms/contact",) * 9 + ("/forms/demo",) * 4 + ("/forms/pricing",) * 3 + ("/forms/callback",) * 2
OTHERS = ("/newsletter", "/downloads/guide")
LINKS = (
    "Our site is https://www.{site}/about",
    "www.{site}",
    "See https://{site}/files/spec-2026.pdf and https://docs.{site}/drawing?id=42",
    "We use https://www.salesforce.com today, is that a problem?",
    "I watched https://youtu.be/dQw4w9Wg and want the same",
    "https://www.{site}/karriere https://www.linkedin.com/company/{name}",
)
TITLE_CASE = (str, str, str, str, str, str.upper, str.lower)


def people(half: Half, count: int) -> list[Sample]:
    """`count` submissions by people."""
    chance = half.random("people")
    return [_person(half, chance) for _ in range(count)]


def _person(half: Half, chance: Random) -> Sample:
    tongue = chance.choice(LANGUAGES)
    path = chance.choice(OTHERS) if chance.random() < 0.2 else chance.choice(PATHS)
    first, last = chance.choice(half.own(tongue.first)), chance.choice(half.own(tongue.last))
    company = chance.choice(half.own(tongue.company))
    site = f"{_ascii(company).split()[0]}.example.com"
    fields = {"email": _address(chance, first, last, site)}
    if path not in OTHERS:
        fields |= _about(half, chance, tongue, first, last, company, site)
        if chance.random() < 0.9 or path == "/forms/contact":
            fields["message"] = _message(half, chance, tongue, site, fields)
        if "phone" in fields and chance.random() < 0.08:
            del fields["email"]
    elif chance.random() < 0.5:
        fields["name"] = f"{first} {last}"
    if chance.random() < 0.03:
        fields["_gotcha"] = _autofilled(chance, tongue, first, fields, site)
    return Sample("people", path, fields, _seconds(chance, fields))


def _about(
    half: Half, chance: Random, tongue: Language, first: str, last: str, company: str, site: str
) -> dict[str, str]:
    cased = chance.choice(TITLE_CASE)
    fields = (
        {"name": cased(f"{first} {last}")}
        if chance.random() < 0.7
        else {"first_name": cased(first), "last_name": cased(last)}
    )
    if chance.random() < 0.03:
        fields = {
            "name": chance.choice(
                (first, f"{first[0]}{last[0]}", company, f"{first} {last}-{chance.choice(half.own(tongue.last))}")
            )
        }
    if chance.random() < 0.6:
        fields["company"] = company if chance.random() < 0.95 else f"www.{site}"
    if chance.random() < 0.3:
        fields["job_title"] = chance.choice(tongue.title)
    if chance.random() < 0.3:
        fields["phone"] = f"{tongue.dial}{chance.randrange(100):02d}"
    if chance.random() < 0.2:
        fields["country"] = tongue.country
    if chance.random() < 0.15:
        fields["website"] = f"https://www.{site}"
    return fields


def _message(half: Half, chance: Random, tongue: Language, site: str, fields: dict[str, str]) -> str:
    odd = chance.random()
    if odd < 0.2:
        return chance.choice(half.own(tongue.short))
    if odd < 0.205:
        return fields["email"]  # nothing to say but where to write to
    if odd < 0.207:
        return f'The embed code <a href="https://{site}">demo</a> does not work on our page.'
    if odd < 0.217:
        number = f"{chance.randrange(10**7)}-{chance.choice('ABCXZ')}Q{chance.randrange(99)}X"
        return f"{chance.choice(('RFQ', 'PO', 'Serial'))} {number}"
    said = chance.sample(half.own(tongue.says), chance.choice((1, 1, 2, 2, 3, 5)))
    if chance.random() < 0.12:
        said.append(chance.choice(half.own(LINKS)).format(site=site, name=site.split(".")[0]))
    if chance.random() < 0.1:
        said.append(f"{fields.get('name', '')}\n{fields.get('company', '')}\n{fields['email']}\nwww.{site}")
    return chance.choice((" ", "\n\n")).join(said)


def _autofilled(chance: Random, tongue: Language, first: str, fields: dict[str, str], site: str) -> str:
    """What a browser or a password manager puts into a field it takes for one of its own."""
    own = [fields[name] for name in ("email", "name", "first_name", "phone", "company", "website") if name in fields]
    return chance.choice([*own, *own, first, f"https://www.{site}", chance.choice(tongue.city)])


def _seconds(chance: Random, fields: dict[str, str]) -> float | None:
    if chance.random() < 0.5:
        return None
    least = 1.2 if len(fields) < 3 else 2.5
    return least + chance.lognormvariate(3.0 if "message" in fields else 1.5, 0.9)


def _address(chance: Random, first: str, last: str, site: str) -> str:
    local = (
        f"{_ascii(first)}.{_ascii(last)}" if chance.random() < 0.7 else f"{_ascii(last)}{chance.randrange(1950, 2009)}"
    )
    if chance.random() < 0.004:
        return f"{local}@mailinator.com"
    return f"{local}@{site if chance.random() < 0.6 else chance.choice(FREE)}"


def _ascii(text: str) -> str:
    text = text.lower().translate(str.maketrans("øæłß", "oals"))
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain if letter.isalnum() or letter == " ")
