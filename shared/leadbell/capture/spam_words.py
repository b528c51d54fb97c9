"""The vocabulary of spam: phrases that sell to the reader of a form, and letters that no language puts side by side."""

import re
import unicodedata
from functools import cache
from itertools import pairwise

# Each one is an offer or a lure; a single word such as "marketing", "bitcoin" or "casino" is what a customer says too.
# Before each group, what it is about: a form whose owner is in that business does not mind its phrases.
_PHRASES = r"""
: seo search google ranking backlinks links traffic marketing website online-marketing advertising
first page of (?:google|bing|the search)
(?:rank|ranking|ranked|appear) (?:higher|on top|at the top|number one|#1|first) (?:on|in) (?:google|search|bing)
(?:top|first|#1) (?:ranking|position|spot)s? (?:on|in) (?:google|bing|search)
(?:high|top|good)[- ](?:quality|authority|da) (?:backlink|link)s
(?:buy|sell|provide|offer|build|get)(?:ing)? (?:you )?(?:\w+ ){0,3}(?:backlinks|guest posts|do-?follow links|website traffic)
guest post(?:s|ing)? (?:on|service|opportunit|at)
(?:seo|search engine optimi[sz]ation) (?:service|package|expert|specialist|agency|audit|offer|report)s? (?:for|at|from|that|to|will)
(?:increase|boost|double|triple|explode|skyrocket) (?:your )?(?:\w+ )?(?:traffic|ranking|rankings|sales|followers|domain authority)
(?:noticed|found|seen?|visited|reviewed|checked) (?:\w+ ){0,4}(?:errors|issues|mistakes|problems) (?:on|with|in) your (?:web)?site
(?:submit|add|list) your (?:web)?site (?:to|in) (?:[\w,.]+ ){0,3}(?:search engines|directories|directory)
(?:million|thousand|\d[\d,.]{0,11} ?k?) (?:\w+ )?(?:contact forms|email addresses|real followers|targeted visitors)
: casino gambling betting games gaming poker slots
(?:online|best|live|crypto|real money) casino
(?:casino|slots?|betting|poker) (?:bonus|online|site|games for|no deposit|free spins)
(?:free|bonus) spins
(?:play|join|bet|spin|sign up|register|start) (?:\w+ )?(?:now|here|today)(?: and|,| to) (?:win|earn|get rich|claim|make money)
no deposit bonus
: pharmacy medicine pills drugs health
(?:buy|order|cheap|generic|discount) (?:\w+ )?(?:viagra|cialis|levitra|tramadol|xanax|ambien|modafinil|ozempic|pills|meds|steroids)
(?:without|no) (?:a )?prescription
(?:online|canadian|cheap) (?:pharmacy|drugstore)
: finance money income loans investment trading crypto bitcoin bank insurance
(?:wallet|account) (?:has|holds|contains|received) [\d.,$€]
(?:passive|extra|guaranteed|daily) (?:income|profit|profits|returns|earnings)
(?:earn|make|get|making|earning) (?:up to |over )?[$€£]? ?\d[\d,. ]{0,11}[$€£]? ?(?:usd|eur|dollars|btc)? ?(?:per|a|each|every|in) (?:day|week|month|hour|\d+ (?:days|hours))
(?:double|multiply|triple) your (?:money|bitcoin|btc|crypto|investment|deposit)
(?:crypto|bitcoin|btc|forex|trading) (?:bot|signals|giveaway|airdrop|investment (?:plan|platform|opportunit)|robot)
(?:claim|withdraw|receive|collect) your (?:\w+ ){0,2}(?:reward|prize|bonus|bitcoin|btc|funds|airdrop|winnings|payout|tokens)
your (?:account|wallet|mailbox|domain|paypal|payment)(?: \w+){0,3} (?:suspended|limited|blocked|locked|expired?|deactivated|terminated|on hold)
(?:verify|confirm|validate|restore|unlock|update) your (?:account|wallet|identity|payment|billing|password|mailbox)
(?:seed|recovery|secret) phrase
(?:unclaimed|pending|abandoned) (?:inheritance|funds|transfer|balance|payment)
next of kin
(?:withdraw|withdrew|made|earned) (?:over |up to )?[$€£] ?\d[\d,.]{0,11} ?(?:with|from|in|\W|$)
: dating chat telegram whatsapp
(?:message|contact|text|write|add)(?: (?:her|him|me|us))? (?:on|at|via|in) (?:my |our )?(?:telegram|whatsapp|signal)
(?:hot|sexy|single|lonely) (?:girls|women|ladies|singles)(?: \w+){0,4}
(?:adult|sex) (?:dating|chat|dates|cam)
: finance money loans bank
(?:business|personal|instant|unsecured) loans? (?:with|at|of|up to|from|without|approved)
: video web website design development apps software
(?:explainer|promo(?:tional)?|animated) videos? (?:for|starting|from|at) (?:your|only|\$)
(?:web|website|app|mobile) (?:design|development|redesign) (?:service|compan|agency|firm|packages?) (?:from|in|based|at|for) (?:india|\$|only|affordable|a fraction)
: seo search website marketing
(?:раскрутк|продвижени)\w* сайт
(?:купить|заказать|прода\w+|дешев\w*) (?:\w+ ){0,2}(?:диплом|ссылк|справк|базу|подписчик|документ)
: casino gambling
(?:онлайн|лучш\w*) казино
: finance income
(?:заработ\w*|доход\w*) (?:в интернете|от \d|без вложений|на дому|онлайн)
"""  # noqa: E501


FOOTER = re.compile(
    r"\b(?:unsubscribe|opt[- ]?out|abmelden|avregistrera|avprenumerera|afmeld|avmeld|uitschrijven|wypisz) ?"
    r"(?:here|from|at|by|link|hier|dich|sich|dig|deg|her|je|u|si[ęe])",
    re.I,
)


@cache
def phrases() -> tuple[tuple[frozenset[str], re.Pattern[str]], ...]:
    """The phrases with what each is about, compiled when a text first holds one."""
    found, about = [], frozenset[str]()
    for line in _PHRASES.strip().splitlines():
        if line.startswith(": "):
            about = frozenset(line.split()[1:])
        else:
            found.append((about, re.compile(rf"\b(?:{line})")))
    return tuple(found)


@cache
def any_phrase() -> re.Pattern[str]:
    """All phrases in one, which tells several times faster that a text holds none. Compiled when a text first comes
    along: signups and downloads have none."""
    lines = (line for line in _PHRASES.strip().splitlines() if not line.startswith(": "))
    return re.compile(rf"\b(?:{'|'.join(lines)})")


SHORT_LINKS = re.compile(
    r"\b(?:bit\.ly|tinyurl\.com|t\.me|wa\.me|goo\.gl|is\.gd|cutt\.ly|rb\.gy|t\.co|telegra\.ph|shorturl\.at)/", re.I
)

PROBES = re.compile(
    r"<script|<iframe|onerror\s*=|javascript:|\$\{jndi|\$\{\d|\{\{\s*\d|<%=|<\?php|<!entity"
    r"|\bunion\s+(?:all\s+)?select\b|'\s*or\s*'?1'?\s*=\s*'?1|\bwaitfor\s+delay|\bsleep\(\d|\bpg_sleep\(|\bxp_cmdshell"
    r"|\bdrop\s+table\b|\.\./\.\./|/etc/passwd|c:\\windows|%0[da]"
    r"|\n[ \t]{0,9}(?:bcc|cc|to|subject|content-type):|;\s*(?:ls|cat|id|ping|curl|wget)\b"
    r"|\|\s*(?:id|whoami|cat)\b|\$\((?:id|whoami|curl|sleep)",
    re.I,
)

# Two letters that hardly stand side by side in a name or a word of European languages, accents left out: after `b` no
# `f`, and so on. Learnt from some 900 names and 100 sentences; a name of elsewhere may have one or two.
_RARE = """
a:oq b:fgkpqxz c:bmpvwx d:jmpx f:cdhknpqvwxz g:x h:bfpqxz i:iw j:ijqrtwxz k:bcdxyz l:qwx m:dxz n:fj o:q
p:cgjkqvz q:abcdefghijkmnopqrstwxyz r:x s:rx t:q u:q v:fjmpquvxyz w:bfgjkmpqvwxz x:bdgiklmnopqrsvwxz y:fhjuxy
z:fjqrx
"""

_RARE_PAIRS = frozenset(row[0] + after for row in _RARE.split() for after in row[2:])
_RUN = re.compile(r"[bcdfghjklmnpqrstvwxz]{8,}")
_DIGIT_INSIDE = re.compile(r"[a-z]\d+[a-z]", re.I)
_RISING = re.compile(r"[a-z][A-Z]")
_OTHER_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ł": "l", "ß": "ss", "đ": "d"})
SHORTEST = 7


def base_letters(text: str) -> str:
    """In lower case and without accents: `hojgaard` for `Højgaard`."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(_OTHER_LETTERS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def looks_random(word: str) -> bool:
    """Whether a word is what nobody calls anything: letters by chance, or capitals in the middle again and again."""
    if not SHORTEST <= len(word) <= 60:
        return False
    if len(_RISING.findall(word)) > 2:
        return True
    plain = base_letters(word)
    odd = sum(first + second in _RARE_PAIRS for first, second in pairwise(plain))
    odd += 2 * len(_RUN.findall(plain)) + len(_DIGIT_INSIDE.findall(plain))
    return odd > 1 and 6 * odd >= len(plain)


def is_foreign(text: str) -> bool:
    """Whether most letters of a text are not Latin."""
    letters = [letter for letter in text[:500] if letter.isalpha()]
    latin = sum(1 for letter in letters if letter < "\u0250" or "LATIN" in unicodedata.name(letter, ""))
    return 2 * latin < len(letters)


def once(text: str) -> str:
    """`a` for `a a`: what a first and a last name that are the same become."""
    half = len(text) // 2
    return text[:half] if len(text) % 2 and text[half] == " " and text[:half] == text[half + 1 :] else text
