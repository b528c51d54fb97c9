"""In which language somebody is mailed: that of the form, else of the browser."""

from collections.abc import Mapping

from leadbell.bodies import Body
from leadbell.events import Value
from leadbell.request import Request
from leadbell.submissions import control
from leadbell.visitor_words import preferred


def with_language(says: Mapping[str, Value], request: Request, body: Body) -> Mapping[str, Value]:
    """What a door adds to a fact, with the language where it promises a mail."""
    if "mail" not in says:
        return says
    wanted = control(body.pairs, "_language", "_locale")
    return {**says, "mail_language": preferred(wanted, request.headers.get("accept-language", ""))}
