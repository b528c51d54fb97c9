"""Who speaks in a text: its sender, or somebody whom they quote; somebody who sells, or who buys or complains.

Customers write the words of sellers too: they ask for what sellers offer, and they forward what sellers sent them.
"""

import re

# What a mail program puts before somebody else's words, in the languages of our users.
_FORWARDED = re.compile(
    r"^[ \t>]*(?:"
    r"-{2,}.{0,20}(?:original|forwarded|weitergeleitet|vidarebefordra|videresend|ursprunglig|oprindelig|opprinnelig"
    r"|doorgestuurd|oorspronkelijk|przekazan|oryginaln|переслан|исходн).{0,60}"
    r"|begin forwarded message:.{0,20}"
    r"|(?:from|von|från|fra|van|od|от) ?: .{1,200}\n[ \t>]*(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|skickat"
    r"|till|ämne|dato|sendt|til|emne|verzonden|aan|onderwerp|wysłano|data|do|temat|дата|кому|тема) ?: .{0,200}"
    r"|.{0,120}\b(?:wrote|schrieb|skrev|schreef|napisał\w?|пишет|писал\w?) ?:"
    r")[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)

_BUYS = re.compile(
    r"\b(?:(?:can|could|would|will|do) you (?!accept|want|like|need|know|be )"
    r"|we(?:'re| are)? (?:need|want|search|look(?:ing)?)\b|we(?:'d| would) like|i(?:'m| am)? (?:need|want|looking)\b"
    r"|(?:our|my) (?:own |new )?(?:web)?(?:site|shop|store|page|compan|business|client|customer)"
    r"|please (?:quote|send|call)|quot(?:e|ation) for|how much|what (?:do|does|would|will) .{0,30}cost"
    r"|können sie|könnten sie|wir (?:suchen|brauchen|möchten)|was kostet|kan ni|kan (?:du|i|dere|u|jullie)\b"
    r"|vi (?:söker|behöver|vill|søger|søker|trenger|har brug)|wij (?:zoeken|willen)|wat kost|hvad koster|hva koster"
    r"|vad kostar|czy (?:mogą|możecie)|szukamy|potrzebujemy|ile kosztuje)"
)
_PRICE = re.compile(
    r"\b(?:quot(?:e|ation)|pric(?:e|es|ing)|offert|pris(?:er|et)?|tilbud|angebot|preise?|offerte|prijs|ofert|wycen|cen[ay]"
    r"|цен|стоимост|devis|precio|preventivo)"
)
_SELLS = re.compile(
    r"\b(?:your (?:\w+ )?(?:web)?(?:site|business|company|niche|blog|brand|competitors|traffic|rankings?|sales|industry"
    r"|money|bitcoin|wallet|account|domain|payment|name)|we (?:(?:can|could|will) )?(?:provide|offer|deliver|build|send"
    r"|get|put|pay|design|develop|guarantee|sell)|our (?:\w+ )?(?:team|services?|experts|packages|offers?|agency|bot)"
    r"|reply yes|free (?:proposal|report)|click here|join (?:now|here)|play now|order now|only \$)|interested ?\?"
)
_COMPLAINS = re.compile(
    r"\b(?:(?:i|we)(?:'ve| have| keep| still| just| also| never){0,3} (?:get(?:ting)?|got|receiv\w+) "
    r"|stop (?:sending|mailing|e-?mailing|these|this)|this .{0,30}from you\b|(?:a|is|are) (?:scam|phishing|spam)\b"
    r"|(?:did not|didn't|never) (?:sign|subscribe|ask|agree|order)|complain|take (?:me|us) off|remove (?:me|us)"
    r"|jag (?:får|fick|har fått)|sluta (?:skicka|mejla|maila)|klag|jeg (?:får|fik|fikk|har (?:fået|fått))"
    r"|stop med at|slutt å|ich (?:bekomme|bekam|erhalte|erhielt|habe)|beschwer|aufhören|ik (?:krijg|kreeg|ontvang|heb)"
    r"|klacht|dostaj|dostał|otrzymuj|otrzymał|skarg|reklamacj|жалоб|получил|приходят)"
)


def own_words(text: str) -> str:
    """A text without what it quotes or forwards."""
    found = _FORWARDED.search(text)
    return _QUOTED_LINE.sub("", text[: found.start()] if found else text)


def asks(text: str) -> bool:
    """Whether a text, in lower case, asks for something."""
    return "?" in text or bool(_BUYS.search(text) or _PRICE.search(text))


def only_tells(text: str) -> bool:
    """Whether somebody who buys or complains speaks of an offer, and does not make one. The text is in lower case."""
    return bool(_COMPLAINS.search(text) or (_BUYS.search(text) and not _SELLS.search(text)))
