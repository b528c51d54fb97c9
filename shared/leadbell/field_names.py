"""What websites call their fields, in lower case: the usual names in the languages of our users, and those of other
form services, so that a form needs no change to be understood."""

from collections.abc import Mapping

_NAMES = """
email: email e-mail mail your-email your_email youremail email_address emailaddress e-mail-address contact_email
    work_email business_email epost e-post epostadress e-mailadres email-adresse e-mail-adresse adres-e-mail
    _replyto _reply_to replyto
phone: phone tel telephone phone_number phonenumber mobile mobile_phone telefon telefoon your-phone
name: name full_name fullname your-name your_name namn navn naam nazwa
first_name: first_name firstname fname given_name fornamn vorname voornaam
last_name: last_name lastname lname family_name surname efternamn nachname achternaam
company: company company_name organization organisation business firma foretag bedrijf your-company
job_title: job_title jobtitle title role position befattning stilling functie
company_size: company_size companysize employees numemployees number_of_employees staff size
country: country country_code land kraj
region: region state province county lan bundesland kanton
industry: industry sector bransch branche
revenue: revenue annual_revenue annualrevenue turnover omsattning umsatz omzet
website: website url web homepage hemsida
message: message comments comment question your-message meddelande nachricht bericht besked melding
timing: timing timeline time_frame timeframe when
budget: budget
need: need
authority: authority
call_ok: call_ok call_me phone_consent _consent[sales_contact]
utm_source: utm_source
utm_medium: utm_medium
utm_campaign: utm_campaign
page: _page page_url pageuri
referrer: _referrer referrer
"""

# Fields that no person sees; a machine fills them in.
HONEYPOTS = ("_gotcha", "_hp", "_honeypot", "bot-field", "botcheck")

# What a page adds anew each time it is shown: no part of what its sender says.
PROOFS = frozenset(
    ("_t", "cf-turnstile-response", "h-captcha-response", "g-recaptcha-response", "recaptcha_response", "altcha")
)

# Instructions to the service, not something a person said.
RESERVED = (
    PROOFS
    | frozenset(HONEYPOTS)
    | frozenset(
        """
    _redirect _next redirect returl _error_redirect _subject _language _locale
    _form form-name _idempotency _anon anonymousid hutk _test _cc _bcc _format webhook access_key
    """.split()  # noqa: SIM905  # a list of forty quoted names reads worse
    )
)


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
