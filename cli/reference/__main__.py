"""`python -m cli.reference`: brings the reference pages of this checkout up to the code."""

from cli.errors import CommandError
from cli.local.project import find_checkout
from cli.main import show
from cli.reference.pages import write

try:
    changed = write(find_checkout())
except CommandError as error:
    show(error)
    raise SystemExit(1) from None
for page in changed or ["Nothing: each page says what the code does."]:
    print(page)
