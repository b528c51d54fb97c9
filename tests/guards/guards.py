"""All guards, by what they are about."""

from tests.guards.abuse import ABUSE
from tests.guards.deciding import DECIDING
from tests.guards.doors import DOORS
from tests.guards.guard import Guard
from tests.guards.keys import KEYS
from tests.guards.pages import PAGES
from tests.guards.privacy import PRIVACY
from tests.guards.proven import PROVEN
from tests.guards.reading import READING
from tests.guards.sales_mails import SALES_MAILS
from tests.guards.scoring import SCORING
from tests.guards.texts import TEXTS
from tests.guards.visitor_mails import VISITOR_MAILS

GUARDS: tuple[Guard, ...] = (
    *DOORS,
    *ABUSE,
    *READING,
    *DECIDING,
    *PROVEN,
    *SCORING,
    *SALES_MAILS,
    *PAGES,
    *PRIVACY,
    *TEXTS,
    *VISITOR_MAILS,
    *KEYS,
)
