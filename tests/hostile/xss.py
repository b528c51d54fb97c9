"""Texts that want to run in a page, and a browser that tells whether one did.

`VECTORS` are what a visitor might type. `Stage` serves pages on this machine alone and opens them in Chromium: it sees
a script that ran (a dialog, a line on the console, another title) and a page that fetched something. Whoever renders a
page of visitors' words plays `VECTORS` through it.

Many pages are opened at once, each in a frame: a document of its own, so that none hides another. Where one fetched
something and does not say which it is, those that seem quiet are opened again one by one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import batched
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

# What runs: a dialog. `/hit` is an address that no page of ours fetches.
JS = "alert(1)"

_TAGS = [
    f"<script>{JS}</script>",
    f"<SCRIPT>{JS}</SCRIPT>",
    f"<script >{JS}</script >",
    f"<script\n>{JS}</script>",
    f"<script/x>{JS}</script>",
    f"<scr<script>ipt>{JS}</scr</script>ipt>",
    f"<script>{JS}//",
    f"<script type=module>{JS}</script>",
    "<script src=/hit></script>",
    '<script src="data:text/javascript,alert(1)"></script>',
    f"<svg><script>{JS}</script></svg>",
    f"<svg><script>{JS.replace('(', '&#40;')}</script></svg>",
    f"<svg/onload={JS}>",
    f"<svg onload={JS}//",
    f"<svg\tonload\t=\t{JS}>",
    f"<svg\x0conload={JS}>",
    f"<svg><animate onbegin={JS} attributeName=x dur=1s>",
    f"<svg><set onbegin={JS} attributeName=x>",
    "<svg><a xlink:href=javascript:alert(1)><text y=9>x</text></a></svg>",
    '<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)>#x">',
    f"<img src=x onerror={JS}>",
    f"<img src=x onerror='{JS}'>",
    f'<img src=x onerror="{JS}">',
    f"<img src=x onerror=`{JS}`>",
    f"<img src onerror={JS}>",
    f"<img/src=x/onerror={JS}>",
    f"<IMG SRC=x ONERROR={JS}>",
    "<img src=x onerror=&#97;lert(1)>",
    "<img src=x onerror=&#x61;lert(1)>",
    "<img src=x onerror=\\u0061lert(1)>",
    "<img src=x onerror=alert&lpar;1&rpar;>",
    "<img src=x onerror=window['al'+'ert'](1)>",
    "<img src=x onerror=eval(atob('YWxlcnQoMSk='))>",
    "<img src=x onerror=setTimeout('alert(1)')>",
    "<img src=x onerror=[1].find(alert)>",
    "<img src=x onerror=throw/**/onerror=alert,1>",
    "<img src=x:x onerror=document.title='ran'>",
    "<img src=x onerror=console.log('ran')>",
    "<img src=x onerror=fetch('/hit')>",
    "<img src=x onerror=navigator.sendBeacon('/hit')>",
    "<img src=/hit>",
    "<img srcset=/hit>",
    f"<image src=x onerror={JS}>",
    f"<audio src=x onerror={JS}>",
    f"<video src=x onerror={JS}>",
    f"<video><source onerror={JS}></video>",
    f"<video poster=x><source src=x onerror={JS}>",
    f"<object data=javascript:{JS}>",
    "<object data='data:text/html,<script>parent.alert(1)</script>'>",
    "<embed src=javascript:alert(1)>",
    "<embed src=/hit>",
    "<iframe src=javascript:parent.alert(1)>",
    '<iframe srcdoc="<script>parent.alert(1)</script>">',
    "<iframe srcdoc='&lt;script&gt;parent.alert(1)&lt;/script&gt;'>",
    f"<iframe onload={JS}>",
    "<iframe src=/hit>",
    "<frameset onload=alert(1)>",
    f"<body onload={JS}>",
    f"<body onpageshow={JS}>",
    f"<body onfocus={JS}>",
    f"<html onmouseover={JS}>",
    f"<details open ontoggle={JS}>",
    f"<input autofocus onfocus={JS}>",
    f"<select autofocus onfocus={JS}>",
    f"<textarea autofocus onfocus={JS}>",
    f"<button autofocus onfocus={JS}>x</button>",
    f"<keygen autofocus onfocus={JS}>",
    f"<input type=image src=x onerror={JS}>",
    f"<marquee onstart={JS}>x</marquee>",
    f"<div onmouseover={JS}>x</div>",
    f"<p onclick={JS}>x</p>",
    f"<b onpointerenter={JS}>x</b>",
    f"<x onclick={JS} tabindex=1>x</x>",
    f"<x contenteditable onblur={JS}>x</x>",
    f"<style>@keyframes k{{}}</style><x style='animation:k 1ms' onanimationend={JS}></x>",
    "<style>@import '/hit';</style>",
    "<style>body{background:url(/hit)}</style>",
    "<p style='background:url(/hit)'>x</p>",
    "<link rel=stylesheet href=/hit>",
    "<link rel=preload as=image href=/hit>",
    "<meta http-equiv=refresh content='0;url=/hit'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//127.0.0.1/hit/>",
    "<form action=javascript:alert(1)><button id=go>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<isindex action=javascript:alert(1) type=submit>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href=&#106;avascript:alert(1)>x</a>",
    "<a href=javascript&colon;alert(1)>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href=vbscript:alert(1)>x</a>",
    "<math><a xlink:href=javascript:alert(1)>x</a></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    f"<table background=/hit onmouseover={JS}>",
    "<portal src=javascript:alert(1)>",
    "<applet code=/hit>",
    "<xml><x xmlns:x='http://www.w3.org/1999/xhtml'><x:script>alert(1)</x:script></x></xml>",
    "<xmp><img src=x onerror=alert(1)></xmp><img src=x onerror=alert(1)>",
    f"<dialog open onclose={JS}><form method=dialog><button>x</button></form></dialog>",
    f"<object onerror={JS}>",
    f"<track onerror={JS}>",
]
_INNER = [
    f"<img src=x onerror={JS}>",
    f"<script>{JS}</script>",
]
# What ends the place that a word stands in, before the inner text begins.
_ENDINGS = [
    "\"'>",
    '">',
    "'>",
    "</textarea>",
    "\n</textarea>",
    "</TEXTAREA\t>",
    "</title>",
    "</style>",
    "</pre>",
    "-->",
    "<!-->",
    "]]>",
    "</p></main></body></html>",
    "</button></form>",
    "`>",
    "\x00>",
    "&quot;&gt;",
]
_ATTRIBUTES = [
    f'" autofocus onfocus="{JS}',
    f"' autofocus onfocus='{JS}",
    f"x autofocus onfocus={JS}",
    f'" onmouseover="{JS}" x="',
    f'"onclick={JS}//',
    f'" style="animation:k 1ms" onanimationend="{JS}',
    '" formaction="javascript:alert(1)" type="image" src="x" onerror="alert(1)',
    '" srcdoc="<script>parent.alert(1)</script>',
    f'"/onfocus={JS}/autofocus/x="',
    '" type="image" src="/hit',
    f'" popover onbeforetoggle="{JS}',
    f'" accesskey="x" onclick="{JS}',
]
_ELSEWHERE = [
    "{{ 7 * 7 }}",
    "{{ ''.__class__.__mro__ }}",
    "{% for x in (1).__class__.__mro__ %}{{ x }}{% endfor %}",
    "${alert(1)}",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\u202e<script>alert(1)</script>",
    "\ufeff<script>alert(1)</script>",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\x1b(J<script>alert(1)</script>",
]
VECTORS: tuple[str, ...] = tuple(
    dict.fromkeys([*_TAGS, *_ATTRIBUTES, *_ELSEWHERE, *(f"{end}{inner}" for end in _ENDINGS for inner in _INNER)])
)

# Set before a page's own scripts, and beyond the reach of its policy.
_WATCH = """
window.__ran = [];
for (const name of ['alert', 'confirm', 'prompt', 'print'])
  window[name] = () => { window.__ran.push(name) };
for (const name of ['log', 'info', 'warn', 'error'])
  console[name] = () => { window.__ran.push('console') };
"""
# What a person may do on a page: point at all there is, and follow every link but those to another page of the web.
_TOUCH = """
const touch = (page) => {
  for (const each of page.querySelectorAll('*'))
    for (const kind of ['mouseover', 'pointerenter', 'focus', 'blur', 'click', 'close', 'toggle', 'beforetoggle'])
      each.dispatchEvent(new Event(kind));
  for (const link of page.querySelectorAll('a'))
    if (link.click && !/^https?:$/.test(link.protocol)) link.click();
  for (const button of page.querySelectorAll('form[action^="javascript"] button, [formaction]')) button.click();
};
"""
# Opens the pages in frames, touches each that is still where it was, and tells what was seen in each of them: whether
# something ran, the title before and after, and where it is. At last one more turn of the pages' own loops, in which
# whatever was set off by then has run. What a frame leads to elsewhere can no longer be looked into.
_PLAY = f"""
const [addresses, done] = arguments;
{_TOUCH}
const seen = (frame) => {{
  try {{ return [(frame.contentWindow.__ran || []).length, frame.contentDocument.title] }}
  catch {{ return [1, ''] }}
}};
const open = (address) => new Promise((resolve) => {{
  const frame = document.createElement('iframe');
  frame.onload = () => resolve(frame);
  frame.src = address;
  document.body.append(frame);
}});
const finish = (frames, before) => done(frames.map((frame, at) => [before[at], seen(frame)]));
Promise.all(addresses.map(open)).then((frames) => {{
  const before = frames.map(seen);
  for (const frame of frames)
    try {{ if (addresses.includes(frame.contentWindow.location.pathname)) touch(frame.contentDocument) }} catch {{}}
  setTimeout(() => setTimeout(() => finish(frames, before), 20), 20);
}});
"""
# A page that may be opened in a frame here; nothing else of its policy is touched.
_FRAMED = ("frame-ancestors 'none'", "frame-ancestors 'self'")
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Served:
    """A page as a door answers it."""

    name: str
    html: str
    headers: Mapping[str, str]
    title: str


@dataclass
class Stage:
    """Opens pages in a browser and tells what ran. `fetched` are the pages that fetched something, empty where such a
    page does not say who it is."""

    browser: Any
    port: int
    pages: list[Served]
    fetched: list[str] = field(default_factory=list)

    def ran(self, pages: Iterable[Served]) -> list[str]:
        """The names of the pages in which something ran, or which fetched something."""
        return [page.name for some in batched(pages, AT_ONCE, strict=False) for page in self._played(some)]

    def _played(self, pages: Sequence[Served]) -> list[Served]:
        told = self._open(pages)
        is_told = "" not in self.fetched
        return [page for page, ran in zip(pages, told, strict=True) if ran or not (is_told or self._is_quiet(page))]

    def _is_quiet(self, page: Served) -> bool:
        return not any(self._open([page])) and not self.fetched

    def _open(self, pages: Sequence[Served]) -> list[bool]:
        """For each page whether something ran in it, or it is known to have fetched something."""
        first = len(self.pages)
        self.pages.extend(pages)
        self.browser.get(f"http://127.0.0.1:{self.port}/stage")
        self.fetched.clear()
        addresses = [f"/page/{first + at}" for at in range(len(pages))]
        told = self.browser.execute_async_script(_PLAY, addresses)
        return [
            address in self.fetched or any(ran or title.split() != page.title.split() for ran, title in moments)
            for page, address, moments in zip(pages, addresses, told, strict=True)
        ]


@contextmanager
def stage(browser: Any) -> Iterator[Stage]:
    """A server on this machine alone, and the browser made to tell what runs."""
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _WATCH})
    found = Stage(browser, 0, [])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(found))
    found.port = server.server_address[1]
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


def _handler(stage: Stage) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, _, number = self.path.strip("/").partition("/")
            if kind == "page" and number.isdigit():
                page = stage.pages[int(number)]
                self.give(page.html.encode(errors="replace"), page.headers)
            elif kind == "stage":
                self.give(b"<!doctype html><title>stage</title><body>", {})
            else:
                if self.path != "/favicon.ico":
                    stage.fetched.append(urlsplit(self.headers.get("Referer", "")).path)
                self.send_error(404)

        def give(self, content: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value.replace(*_FRAMED))
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
