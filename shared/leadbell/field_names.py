"""What websites call their fields, in lower case: the usual names in the languages of our users, and those of other
form services, so that a form needs no change to be understood."""

from collections.abc import Iterable, Mapping

_NAMES = """
email: email e-mail mail your-email your_email youremail email_address emailaddress e-mail-address contact_email
    work_email business_email epost e-post epostadress e-mailadres email-adresse e-mail-adresse adres-e-mail
    _replyto _reply_to replyto reply_to
phone: phone tel telephone phone_number phonenumber mobile mobile_phone telefon telefoon your-phone
name: name full_name fullname your-name your_name namn navn naam nazwa
first_name: first_name firstname fname given_name fornamn vorname voornaam
last_name: last_name lastname lname family_name surname efternamn nachname achternaam
company: company company_name companyname organization organisation business firma foretag bedrijf your-company
job_title: job_title jobtitle title role position befattning stilling functie
company_size: company_size companysize employees numemployees numberofemployees number_of_employees staff size
country: country country_code land kraj
region: region state province county lan bundesland kanton
industry: industry sector bransch branche
revenue: revenue annual_revenue annualrevenue turnover omsattning umsatz omzet
website: website url web homepage hemsida domain company_domain company_website
message: message comments comment question your-message meddelande nachricht bericht besked melding
timing: timing timeline time_frame timeframe when
budget: budget
need: need
authority: authority
call_ok: call_ok call_me phone_consent _consent[sales_contact]
utm_source: utm_source
utm_medium: utm_medium
utm_campaign: utm_campaign
page: _page _url page_url pageuri
referrer: _referrer referrer
"""

# Fields that no person sees; a machine fills them in.
HONEYPOTS = ("_gotcha", "_hp", "_honeypot", "_honey", "honeypot", "bot-field", "botcheck")

# Where a form wants its visitor to be led: after all went well, and after it did not.
REDIRECT = ("_redirect", "_next", "redirect", "returl")
ERROR_REDIRECT = ("_error_redirect", "errorurl")
LANGUAGE = ("_language", "_locale")
VISITOR = ("_anon", "anonymousid", "hutk")
# How a form that posts to no address of its own says which one it is: Netlify's way and Web3Forms'.
FORM = ("access_key", "form-name", "_form")

# What a page adds anew each time it is shown: no part of what its sender says.
PROOFS = frozenset(
    ("_t", "cf-turnstile-response", "h-captcha-response", "g-recaptcha-response", "recaptcha_response", "altcha")
)

# Instructions to the service, not something a person said. `_cc` and the like would let a page mail to anybody.
RESERVED = frozenset((*HONEYPOTS, *PROOFS, *REDIRECT, *ERROR_REDIRECT, *LANGUAGE, *VISITOR, *FORM)) | frozenset(
    """
    _idempotency _test _format _cc _bcc ccemail cc_email bcc webhook _webhook _template _captcha _autoresponse
    _blacklist oid debug debugemail apikey netlify-honeypot
    """.split()  # noqa: SIM905  # a list of forty quoted names reads worse
)

# Sent by the page, not entered by the person: not shown when the form is shown again.
_SAID_BY_THE_PAGE = frozenset({"page", "referrer", "utm_source", "utm_medium", "utm_campaign", "call_ok"})


def _by_alias() -> Mapping[str, str]:
    found: dict[str, str] = {}
    ours = ""
    for word in _NAMES.split():
        if word.endswith(":"):
            ours = word[:-1]
        else:
            found[word] = ours
    return found


OURS = _by_alias()


def plain(name: str) -> str:
    """The name that is looked up: in lower case, without the `[]` of lists, and `a[b]` as what it means.

    `company[name]` is a `company_name` and `contact[email]` a `contact_email`; where no such name is known, the
    innermost one says what it is: `fields[lead][email]`.
    """
    whole = name.strip().lower().removesuffix("[]")
    if whole in OURS or whole in RESERVED or whole.startswith("_") or not whole.endswith("]"):
        return whole
    outer, _, inner = whole.removesuffix("]").rpartition("[")
    together = f"{outer.rpartition('[')[2].removesuffix(']')}_{inner}"
    return next((known for known in (together, inner) if known in OURS), whole)


def ours(name: str) -> str:
    """Our name for a website's field; empty where we have none."""
    return OURS.get(plain(name), "")


def is_behind_the_scenes(name: str) -> bool:
    """Whether a person who filled in the form never saw this field, or could not type into it."""
    known = plain(name)
    return known in RESERVED or (known.startswith("_") and not ours(name)) or ours(name) in _SAID_BY_THE_PAGE


def as_sent(attribute: str, names: Iterable[str]) -> str:
    """What the sender calls our attribute; the attribute itself where none of their names means it."""
    return next((name for name in names if attribute.lower() in (ours(name), plain(name))), attribute)


def plain_name(name: str) -> str:
    """A field's name as names are compared: `Topics[]` is `topics`."""
    return name.strip().lower().removesuffix("[]")
