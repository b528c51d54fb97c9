"""When somebody wants to buy, from their own words."""

import re

_LATER = re.compile(
    r"\b(no|not|never|later|next year|no hurry|(6|9|12|18|24|six|nine|twelve)\b.{0,8}\bmonths?)\b", re.I
)
_SOON = re.compile(
    r"\b(yes|ja|now|asap|soon|immediately|urgent|days?|weeks?|quarter|(this|next|1|2|3|one|two|three) months?)\b", re.I
)


def timing_of(text: str) -> str:
    """`yes` for soon, `later`, or an empty string where the words say neither."""
    if _LATER.search(text):
        return "later"
    return "yes" if _SOON.search(text) else ""
