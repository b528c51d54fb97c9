"""What a page sends of itself: tokens, steps, buttons, ids of its form. It is nothing that the visitor typed.

A name that settings have decides alone only where nobody would give it to a question. Elsewhere the value has to be one
that no person types. In doubt a field is the visitor's.
"""

import re
from collections.abc import Sequence

from leadbell.field_names import folded, meaning, plain

# What stands between the words of a name does not count.
_SETTINGS = re.compile(
    r"form(?:id|name|type|key|build?id|title|no|ref|url|version|identifier|uid|guid|hash|time|step|action)"
    r"|(?:post|page|queried|blog|portal|campaign|list|audience|template|widget|block|session|tenant|workflow|munchkin)id"
    r"|campaigntoken"
    r"|utf8|oid|returl|redirect\w*|\w*(?:return|success|error|thankyou|next|callback|failure)(?:url|uri|page|path)"
    r"|(?:referer|referrer)(?:title|url|page)?|pagetitle|pagename|pagehistory|draftresponse|partialresponse|fbzx|fvv"
    r"|submissiontimestamp|timestamp|issubmit\w*|issubmitted|submitted"
    r"|gclid|fbclid|msclkid|dclid|gbraid|wbraid|ttclid|liclid|gaclientid|gacid|utm\w+"
    r"|zfreferrername|zfredirecturl|zcgad|xnqsjsdp|xmiwtld|zcgclid|actiontype|leadstatus|leadsource"
    r"|requestorigin|ajax|nojs|jsenabled|antispam|screenresolution|useragent|userip|remoteip|hutk"
)
# Those of a form builder, also where their last word is an attribute: `wpforms[author]`.
_OF_BUILDERS = re.compile(
    r"(?:wpforms|mauticform|hs|ml|gform|frm|nf|ninja|fluent\w*|forminator|webform|mc4?wp?|cf7?|wpcf7?)"
    r"(?:(?:form)?(?:id|nonce|token|key|url|submit|submitbutton|ajax|source|targetpage\w*|unittag|version|locale|context|"
    r"uniqueid|fieldvalues|postid|author|anticsrf|returnurl|return|action)|formname)\d*"
    r"|gformsubmit|gformuniqueid|elq\w+|simplespc|tx\w*(?:referrer\w*|trustedproperties|mailform)"
)
_SECRET = re.compile(
    r"\w*(?:csrf|xsrf|nonce|captcha|honeypot|viewstate|eventvalidation|turnstile)\w*"
    r"|(?:authenticity|request|form|session|security|access|verification|auth)?token"
)
_ID_OF_FORM = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f-]{36}")
# Names that a question has too: their value has to be a machine's.
_NAMED_BY_VALUE: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"step|page|currentstep|currentpage|stage"), re.compile(r"\d{1,2}")),
    (re.compile(r"\w*(?:key|hash|signature|uuid|guid|token|sid)"), re.compile(r"(?=\S*\d)[\w.:+/=-]{8,}")),
    (re.compile(r"action|act|task|do|cmd|mode|op"), re.compile(r"[a-z]+(?:[_.:/-]\w+)+|sub|subscribe|submit|send")),
    (re.compile(r"trigger"), re.compile(r"[a-z]+(?:_\w+)+")),
    (re.compile(r"option"), re.compile(r"com_\w+")),
    (re.compile(r"return"), re.compile(r"[\w+/=%-]{8,}|https?://\S+|/\S*")),
    (re.compile(r"id|itemid|catid"), re.compile(r"\d+:[\w-]+")),
    (re.compile(r"locale|lang"), re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2})?")),
    (re.compile(r"state\d+"), re.compile(r"\S{24,}")),
)
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
_SAYS_TO_PRESS = re.compile(
    r"submit|send|go\b|ok\b|subscribe|sign ?up|sign me up|register|join|request|get|book|call me|continue|next|"
    r"absenden|abschicken|senden|anmelden|abonnieren|anfragen|skicka|sand\b|prenumerera|anmal|send|tilmeld|abonner|"
    r"verzend|verstu|aanmelden|inschrijven|wyslij|zapisz|envoyer|valider|inscr|enviar|suscrib|solicit|invia|iscriv|"
    r"laheta|tilaa|gonder|kayit|odesla|odosla|kuld|trimite|posalji|送信|보내기|제출|提交|发送|отправить"
)
_TICKED = frozenset("yes no true false on off 1 0 ja nej nein nee nei nie tak oui non si sim nao kylla ei evet".split())  # noqa: SIM905
_LONGEST_BUTTON = 40
# Machines' values under names that say nothing: a hash, or letters of both cases and digits in a row without an end.
_TOKEN = re.compile(
    r"[0-9a-f]{32,}|eyJ[\w-]{10,}\.[\w-]+(?:\.[\w-]*)?"
    r"|(?=(?:[^\d\s]*\d){3})(?=[^a-z\s]*[a-z])(?=[^A-Z\s]*[A-Z])[A-Za-z0-9+/]{32,}={0,2}"
)
# What reads like `form_fields[name]`, and is not.
_NOT_OURS = frozenset({"formname", "pagename", "formtitle", "pagetitle"})


def is_setting(name: str, value: str) -> bool:
    """Whether a field is the page's own."""
    whole = "".join(folded(name))
    if _OF_BUILDERS.fullmatch(whole) or any(
        named.fullmatch(whole) and said.fullmatch(value) for named, said in _NAMED_BY_VALUE
    ):
        return True
    if meaning(name).attribute:
        return whole in _NOT_OURS
    return (
        plain(name).startswith("_")
        or _SETTINGS.fullmatch(whole) is not None
        or value in ("http://", "https://")
        or is_of_no_use(name, value)
    )


def is_of_no_use(name: str, value: str) -> bool:
    """Whether it is a token or a button, about which nobody can ever want to know anything."""
    pieces = folded(name)
    whole = "".join(pieces)
    if meaning(name).attribute:
        return False
    return (
        _SECRET.fullmatch(whole) is not None
        or _ID_OF_FORM.fullmatch(plain(name)) is not None
        or _TOKEN.fullmatch(value) is not None
        or _is_button(pieces, value)
    )


def _is_button(pieces: Sequence[str], value: str) -> bool:
    """A button has a label; a box of the same name is ticked."""
    named = [piece for piece in pieces if not piece.isdigit()]
    if not named or len(value) > _LONGEST_BUTTON or value.casefold() in _TICKED:
        return False
    if named[-1] in _BUTTONS or named[0] == "btn":
        return True
    return not {"".join(named), named[-1]}.isdisjoint(_BUTTONS_PERHAPS) and _says_to_press(value)


def _says_to_press(value: str) -> bool:
    """Whether it is the label of a button."""
    return _SAYS_TO_PRESS.match(" ".join(folded(value))) is not None
