"""What a page sends of itself: tokens, steps, buttons, ids of its form. It is nothing that the visitor typed.

A name that settings have decides alone only where nobody would give it to a question. Elsewhere the value has to be one
that no person types. In doubt a field is the visitor's.
"""

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache, lru_cache

from leadbell.field_names import folded, meaning, plain

# Without what stands between the words of a name.
_SETTINGS = frozenset(
    """
    formid formname formtype formkey formbuildid formtitle formno formref formurl formversion formidentifier formuid
    formguid formhash formtime formstep formaction postid pageid queriedid blogid portalid campaignid listid audienceid
    templateid widgetid blockid sessionid tenantid workflowid munchkinid campaigntoken utf8 oid returl referertitle
    refererurl referrertitle referrerurl referer pagetitle pagename pagehistory draftresponse partialresponse fbzx fvv
    submissiontimestamp timestamp submitted gclid fbclid msclkid dclid gbraid wbraid ttclid liclid gaclientid gacid
    zfreferrername zfredirecturl zcgad zcgclid xnqsjsdp xmiwtld actiontype leadstatus leadsource requestorigin ajax nojs
    jsenabled antispam screenresolution useragent userip remoteip hutk gformsubmit gformuniqueid simplespc
    """.split()  # noqa: SIM905  # a list of quoted names reads worse
)
_BEGIN = ("utm", "redirect", "issubmit", "elq")
_END = tuple(
    f"{when}{what}"
    for when in ("return", "success", "error", "thankyou", "next", "callback", "failure")
    for what in ("url", "uri", "page", "path")
)
_SECRETS = ("csrf", "xsrf", "nonce", "captcha", "honeypot", "viewstate", "eventvalidation", "turnstile")
_TOKENS = frozenset(
    f"{of}token"
    for of in ("", "authenticity", "request", "form", "session", "security", "access", "verification", "auth")
)
# Those of a form builder, also where their last word is an attribute: `wpforms[author]`.
_BUILDERS = re.compile(r"wpforms|mauticform|hs|ml|gform|frm|nf|ninja|fluent|forminator|webform|mc4?wp?|cf7?|wpcf7?")
_OF_BUILDERS = frozenset(
    """
    id nonce token key url submit submitbutton ajax source targetpagenumber unittag version locale context uniqueid
    fieldvalues postid author anticsrf returnurl return action formid formname formkey formtoken
    """.split()  # noqa: SIM905
)
_NOT_OURS = frozenset({"formname", "pagename", "formtitle", "pagetitle"})
_HEX = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f-]{36}")
# Names that a question has too: their value has to be a machine's.
_BY_VALUE: Mapping[str, str] = {
    **dict.fromkeys(("step", "page", "currentstep", "currentpage", "stage"), r"\d{1,2}"),
    **dict.fromkeys(
        ("action", "act", "task", "do", "cmd", "mode", "op"), r"[a-z]+(?:[_.:/-]\w+)+|(?i:sub|subscribe|submit|send)"
    ),
    "trigger": r"[a-z]+(?:_\w+)+",
    "option": r"com_\w+",
    "return": r"[\w+/=%-]{8,}|https?://\S+|/\S*",
    **dict.fromkeys(("id", "itemid", "catid"), r"\d+:[\w-]+"),
    **dict.fromkeys(("locale", "lang"), r"[a-z]{2}(?:[-_][A-Za-z]{2})?"),
}
_KEYS = ("key", "hash", "signature", "uuid", "guid", "token", "sid")
_A_KEY, _A_STATE = r"(?=\S*\d)[\w.:+/=-]{8,}", r"\S{24,}"
_BUTTONS = frozenset("submit button btn submitbutton sendbutton".split())  # noqa: SIM905
# What a button may be called, and a question too.
_BUTTONS_PERHAPS = frozenset(
    """
    send sendit sendmessage sendform sent submission absenden abschicken senden skicka skickain sand sendbesked
    sendmelding verzend verzenden verstuur versturen wyslij envoyer envoi enviar envio invia invio laheta gonder odeslat
    odoslat kuldes trimite posalji subscribe signup register acao accion azione anmelden abonnieren prenumerera tilmeld
    aanmelden inschrijven zapisz sabonner inscrever iscriviti tilaa commit op go ok action
    """.split()  # noqa: SIM905  # a list of quoted words reads worse
)
_SAYS_TO_PRESS = (
    r"submit|send|go\b|ok\b|subscribe|sign ?up|sign me up|register|join|request|get|book|call me|continue|next|"
    r"absenden|abschicken|senden|anmelden|abonnieren|anfragen|skicka|sand\b|prenumerera|anmal|send|tilmeld|abonner|"
    r"verzend|verstu|aanmelden|inschrijven|wyslij|zapisz|envoyer|valider|inscr|enviar|suscrib|solicit|invia|iscriv|"
    r"laheta|tilaa|gonder|kayit|odesla|odosla|kuld|trimite|posalji|送信|보내기|제출|提交|发送|отправить"
)
_TICKED = frozenset("yes no true false on off 1 0 ja nej nein nee nei nie tak oui non si sim nao kylla ei evet".split())  # noqa: SIM905
_LONGEST_BUTTON, _SHORTEST_TOKEN, _LONGEST_TOKEN = 40, 20, 2048
# Machines' values under names that say nothing: a hash, or letters of both cases and digits in a row without an end.
_TOKEN = (
    r"(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{32,128}|eyJ[\w-]{10,}\.[\w-]+(?:\.[\w-]*)?"
    r"|(?=(?:[^\d\s]*\d){3})(?=[^a-z\s]*[a-z])(?=[^A-Z\s]*[A-Z])[A-Za-z0-9+/]{32,1024}={0,2}"
)
_compiled = cache(re.compile)  # few forms need most of these


class _Kind(Enum):
    """What a name says of who gives its value."""

    SETTING = "the page"
    OF_NO_USE = "the page, and nobody can ever want to know it"
    BUTTON = "a button"
    PERHAPS_A_BUTTON = "a button, if its value is a label"
    BY_VALUE = "the page, if its value is a machine's"
    OURS = "the visitor, for an attribute"
    OPEN = "the visitor, unless its value is a token"


def is_setting(name: str, value: str) -> bool:
    """Whether a field is the page's own."""
    kind, pattern = _kind(name)
    if kind is _Kind.SETTING or (kind is _Kind.BY_VALUE and _compiled(pattern).fullmatch(value)):
        return True
    return kind is not _Kind.OURS and (value in ("http://", "https://") or is_of_no_use(name, value))


def is_of_no_use(name: str, value: str) -> bool:
    """Whether it is a token or a button, about which nobody can ever want to know anything."""
    kind, _ = _kind(name)
    if kind in (_Kind.OURS, _Kind.OF_NO_USE):
        return kind is _Kind.OF_NO_USE
    return _is_token(value) or (kind in (_Kind.BUTTON, _Kind.PERHAPS_A_BUTTON) and _is_label(kind, value))


def _is_label(kind: _Kind, value: str) -> bool:
    if len(value) > _LONGEST_BUTTON or value.casefold() in _TICKED:
        return False
    return kind is _Kind.BUTTON or _compiled(_SAYS_TO_PRESS).match(" ".join(folded(value))) is not None


def _is_token(value: str) -> bool:
    is_long = _SHORTEST_TOKEN <= len(value) <= _LONGEST_TOKEN
    return is_long and " " not in value and _compiled(_TOKEN).fullmatch(value) is not None


@lru_cache(maxsize=4096)
def _kind(name: str) -> tuple[_Kind, str]:
    """Who gives the value of a field, and the pattern that it has where that decides."""
    pieces = folded(name)
    whole = "".join(pieces)
    if _is_of_a_builder(whole):
        return _Kind.SETTING, ""
    attribute = meaning(name).attribute
    is_secret = whole in _TOKENS or any(secret in whole for secret in _SECRETS) or _HEX.fullmatch(plain(name))
    if is_secret and not attribute:
        return _Kind.OF_NO_USE, ""
    if (pattern := _pattern(whole)) and whole not in _SETTINGS:
        return _Kind.BY_VALUE, pattern
    if attribute:
        return (_Kind.SETTING if whole in _NOT_OURS else _Kind.OURS), ""
    if plain(name).startswith("_") or whole in _SETTINGS or whole.startswith(_BEGIN) or whole.endswith(_END):
        return _Kind.SETTING, ""
    return _button(pieces), ""


def _is_of_a_builder(whole: str) -> bool:
    found = _BUILDERS.match(whole)
    is_of_typo3 = whole.startswith("tx") and ("referrer" in whole or whole.endswith(("trustedproperties", "mailform")))
    return is_of_typo3 or (found is not None and whole[found.end() :].rstrip("0123456789") in _OF_BUILDERS)


def _pattern(whole: str) -> str:
    if whole.endswith(_KEYS) and whole not in _TOKENS:
        return _A_KEY
    return _A_STATE if whole.startswith("state") and whole[5:].isdigit() else _BY_VALUE.get(whole, "")


def _button(pieces: Sequence[str]) -> _Kind:
    """A button has a label; a box of the same name is ticked."""
    named = [piece for piece in pieces if not piece.isdigit()]
    if named and (named[-1] in _BUTTONS or named[0] == "btn"):
        return _Kind.BUTTON
    is_perhaps = named and not {"".join(named), named[-1]}.isdisjoint(_BUTTONS_PERHAPS)
    return _Kind.PERHAPS_A_BUTTON if is_perhaps else _Kind.OPEN
