"""Whether a text is the title of a job: a field called `title` may as well hold a salutation, a degree or a subject."""

import re

from leadbell.field_names import folded, read_words

_WORDS = {of: frozenset(words) for of, words in read_words("job_words").items()}
# Ends of words that are put together, in Swedish, Danish, Norwegian, German, Dutch and Finnish.
_ENDS = re.compile(
    r"\w{2,}(?:chef|chefen|ansvarig|ansvarlig|direktor|ledare|leder|sjef|leiter|leiterin|leitung|leider|manager|berater"
    r"|konsult|ingenjor|ingenieur|ingenior|utvecklare|utvikler|udvikler|entwickler|kaufer|koper|kjoper|kober|saljare"
    r"|selger|saelger|medewerker|mitarbeiter|beauftragter|beauftragte|verantwortlicher|fuhrer|fuehrer|johtaja|paallikko"
    r"|mestare|mester|meister|larare|laerer|lehrer|sekreterare|sekretar|assistent|arkitekt|architekt|tekniker"
    r"|handlaggare|samordnare|koordinator|radgivare|radgiver|adviseur|部長|課長|社長|取締役)"
)
_MOST_WORDS = 8


def is_job(title: str) -> bool:
    """Whether it names what somebody does for a living."""
    words = folded(title[:100])
    if not 0 < len(words) <= _MOST_WORDS or re.search(r"[?!@:]|\d{2}", title) or _WORDS["no job"].intersection(words):
        return False
    return any(word in _WORDS["job"] or _ENDS.fullmatch(word) for word in words)
