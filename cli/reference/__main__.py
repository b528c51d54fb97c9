"""`python -m cli.reference`: brings the reference pages of this checkout up to the code."""

from cli.local.project import find_checkout
from cli.reference.pages import write

for page in write(find_checkout()) or ["Nothing: each page says what the code does."]:
    print(page)
