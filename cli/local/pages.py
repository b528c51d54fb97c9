"""The HTML of the demo website and of the inbox; every value is escaped here, once."""

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template

from cli.local.inbox import Mail

FILES = Path(__file__).parent / "site_files"
# Only links that the functions themselves put into a mail become clickable. One of an earlier run on another port leads
# to the port of this run.
TOKEN = r"/(?:alerts|confirm|preferences|unsubscribe)/[\w.~-]+"

MAIL = Template("""<article class="mail">
<header><h2>$subject</h2><p>To $to <time datetime="$received_at">$clock</time></p></header>
<pre>$body</pre>
</article>""")

NO_MAIL = """<p class="none">No mail yet. Request a demo on the <a href="/">demo website</a>.
The alert arrives here within seconds.</p>"""


def website(api_url: str) -> str:
    return _page("index.html", api_url=escape(api_url))


def inbox_page(mails: Sequence[Mail], api_url: str) -> str:
    return _page("inbox.html", mails=inbox_list(mails, api_url))


def inbox_list(mails: Sequence[Mail], api_url: str) -> str:
    """The mails as one piece of HTML, newest first."""
    return "\n".join(_mail(mail, api_url) for mail in reversed(mails)) or NO_MAIL


def _mail(mail: Mail, api_url: str) -> str:
    local_time = datetime.fromisoformat(mail.received_at).astimezone()
    return MAIL.substitute(
        subject=escape(mail.subject),
        to=escape(mail.to),
        received_at=escape(mail.received_at),
        clock=local_time.strftime("%-d %b, %H:%M:%S"),
        body=_with_links(escape(mail.body), escape(api_url)),
    )


def _with_links(escaped_body: str, api_url: str) -> str:
    link = re.compile(re.sub(r":\d+/", r":\\d+/", re.escape(api_url)) + f"({TOKEN})")
    return link.sub(lambda found: f'<a href="{api_url}{found[1]}">{api_url}{found[1]}</a>', escaped_body)


def _page(name: str, **values: str) -> str:
    return Template((FILES / name).read_text(encoding="utf-8")).substitute(values)
