"""What eight kinds of machines send. Some of each kind show little of what they are: no rule catches all."""

import string
from collections.abc import Callable
from random import Random

from tests.spam.languages import LANGUAGES
from tests.spam.people import FREE, PATHS
from tests.spam.sample import Half, Sample

FIRST = "James Mary Robert Linda Eric Joanna Kevin Susan Donald Amelia Carlos Ivan Mike Roxanne Aaron Tessa".split()  # noqa: SIM905
LAST = "Jones Miller Parker Brooks Bennett Foster Kumar Reed Hayes Ford Sanders Price Ross Long Turner Lee".split()  # noqa: SIM905
SITES = (
    "rankhero growlift topclix megaslot luckyreel pillsnow medsdirect coinrush bestoffer24 promozone webboost dealhub"
)
ENDINGS = ("com", "net", "ru", "xyz", "top", "online", "info", "site")
THROW_AWAY = ("mailinator.com", "guerrillamail.com", "yopmail.com", "10minutemail.com")

SEO = (
    "We can get your website on the first page of Google within 90 days. Interested? {link}",
    "I was looking at your website and noticed some errors on your website that hurt you. Shall I send a report?",
    "We provide high quality backlinks and guest posts for your niche, DA 50+. Prices at {link}",
    "Hi, would you accept a guest post on your blog? We pay $60 per article with a dofollow link.",
    "Increase your organic traffic by 300% with our affordable SEO packages for small business! {link}",
    "Do you want more customers? Our team delivers real results in your industry. Reply YES for a free proposal.",
    "I can submit your website to 1,000 search engines and directories for only $29. {link}",
    "Our web design agency in India builds sites for a fraction of the cost. Portfolio: {link} {link}",
    "Your competitors outrank you. Our SEO experts that deliver will rank you higher on Google. {link}",
    "We send your offer to 3 million contact forms for $99, just like this one. {link}",
)
CASINO = (
    "Best online casino of the year! 100 free spins, no deposit bonus: {link}",
    "Buy viagra and cialis online without prescription, fast shipping {link}",
    "Real money casino games, instant payout, join here {link} {link}",
    "Cheap pills, canadian pharmacy, no prescription needed. {link}",
    "Play now and win, {link}",
    "Order generic tramadol overnight delivery {link} {link} {link}",
    "New slots site with a 200% casino bonus for your first deposit -> {link}",
    "Lose 12 kg in one month! Ozempic at a discount: {link}",
)
FRAUD = (
    "Your wallet has 1.24 BTC pending. Claim your bitcoin now: {link}",
    "Your account will be suspended. Verify your account within 24 hours: {link}",
    "Earn $5,000 per week with our crypto trading bot, guaranteed profit. {link}",
    "Send 0.1 BTC to {wallet} and receive 0.2 BTC back. Double your bitcoin today!",
    "I am a lawyer. There is an unclaimed inheritance in your name, you are the next of kin. Write to {mail}",
    "Business loans up to $500,000 approved in 24h, bad credit ok. Apply: {link}",
    "Your domain expires soon. Update your payment details here: {link}",
    "I recorded you with your camera. Pay 900 USD to {wallet} in two days.",
    "Trade with my mentor, she helped me withdraw $12,400. Message her: https://t.me/{word}",
    "MetaMask: enter your recovery phrase to restore your wallet {link}",
)
FOREIGN = (
    "Продвижение сайтов в топ, дешево и быстро. Подробности: {link}",
    "Лучшее онлайн казино, бонус каждому! {link}",
    "Купить диплом любого вуза с занесением в реестр {link}",  # noqa: RUF001
    "Заработок в интернете от 5000 рублей в день, пишите",
    "我们提供最优惠的外贸推广服务,请访问 {link}",
    "专业网站建设,价格优惠,联系微信 {word}",
    "خدمات تحسين محركات البحث بأسعار رخيصة {link}",
    "최고의 온라인 슬롯 사이트 {link} 지금 가입하세요",
    "格安ブランド時計 通販 {link} {link}",
    "Продам базу клиентов вашего города, недорого, телеграм https://t.me/{word}",
)
FAST = (
    "Hello, I would like to know more about your services.",
    "Nice site, keep going!",
    "Hi there, please contact me.",
    "I have a question about your products.",
    "Great article, thank you for sharing.",
    "Can I get more information?",
)
VOWELLESS = "bcdfghjklmnpqrstvwxz"


def _link(chance: Random) -> str:
    word = chance.choice(SITES.split())
    start = chance.choice(("https://", "http://", "https://www.", "www.", ""))
    return f"{start}{word}{chance.randrange(99)}.{chance.choice(ENDINGS)}/{_letters(chance, 5)}"


def _letters(chance: Random, count: int, alphabet: str = string.ascii_lowercase) -> str:
    return "".join(chance.choices(alphabet, k=count))


def _wallet(chance: Random) -> str:
    return chance.choice(
        (f"0x{_letters(chance, 40, '0123456789abcdef')}", f"bc1q{_letters(chance, 38, 'acdefghjklmnpqrstuvwxyz')}")
    )


def _filled(chance: Random, text: str) -> str:
    while "{link}" in text:
        text = text.replace("{link}", _link(chance), 1)
    return text.format(wallet=_wallet(chance), word=_letters(chance, 8), mail=f"{_letters(chance, 7)}@mail.example")


def _base(chance: Random, message: str) -> dict[str, str]:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    domain = chance.choice((*FREE, *THROW_AWAY, f"{chance.choice(SITES.split())}.example"))
    fields = {
        "name": f"{first} {last}",
        "email": f"{first}{last}{chance.randrange(9999)}@{domain}".lower(),
        "message": message,
    }
    if chance.random() < 0.4:
        fields["company"] = chance.choice(("google", f"{last} Media", "Growth Team", _link(chance)))
    if chance.random() < 0.4:
        fields["phone"] = f"8{chance.randrange(10**9, 10**10)}"
    return fields


def _seo(half: Half, chance: Random) -> dict[str, str]:
    return _base(chance, _filled(chance, chance.choice(half.own(SEO))))


def _casino(half: Half, chance: Random) -> dict[str, str]:
    return _base(chance, _filled(chance, chance.choice(half.own(CASINO))))


def _fraud(half: Half, chance: Random) -> dict[str, str]:
    return _base(chance, _filled(chance, chance.choice(half.own(FRAUD))))


def _foreign(half: Half, chance: Random) -> dict[str, str]:
    return _base(chance, _filled(chance, chance.choice(half.own(FOREIGN))))


def _gibberish(half: Half, chance: Random) -> dict[str, str]:
    """Random letters wherever a field is; lower case or mixed, one string for all or one for each."""
    mixed = string.ascii_letters if chance.random() < 0.6 else string.ascii_lowercase
    one = _letters(chance, chance.randrange(8, 18), mixed)

    def text() -> str:
        return one if chance.random() < 0.2 else _letters(chance, chance.randrange(8, 18), mixed)

    fields = _base(chance, text() if half.number or chance.random() < 0.7 else f"{text()} {text()}")
    return fields | {"name": text(), "company": text()}


def _links(half: Half, chance: Random) -> dict[str, str]:
    """A dump of links, as BBCode, HTML or plain."""
    shapes = half.own(
        (
            "[url={0}]{1}[/url]",
            "<a href='{0}'>{1}</a>",
            "{0} {1}",
            "{1}: {0}",
            "[link={0}]{1}[/link]",
            '<a href="{0}">{0}</a>',
        )
    )
    shape = chance.choice(shapes)
    count = chance.randrange(2, 12)
    return _base(
        chance,
        "\n".join(shape.format(_link(chance), chance.choice(("shoes", "watch", "loan", "film"))) for _ in range(count)),
    )


def _honeypot(half: Half, chance: Random) -> dict[str, str]:
    """Fills whatever field there is; some put there what belongs to a field of that person."""
    fields = _base(chance, _filled(chance, chance.choice(half.own((*FAST, *SEO)))))
    own = (fields["email"], fields["name"])
    rest = (
        _link(chance),
        "1",
        "yes",
        _letters(chance, 9),
        fields["message"],
        f"{chance.choice(FIRST)} {chance.choice(LAST)}",
    )
    return fields | {"_gotcha": chance.choice((*own, *rest, *rest))}


def _fast(half: Half, chance: Random) -> dict[str, str]:
    tongue = chance.choice(LANGUAGES)
    return _base(chance, chance.choice((*half.own(FAST), *half.own(tongue.says))))


KINDS: dict[str, Callable[[Half, Random], dict[str, str]]] = {
    "SEO offers": _seo,
    "casino and pills": _casino,
    "gibberish": _gibberish,
    "fast posters": _fast,
    "honeypot fillers": _honeypot,
    "link dumps": _links,
    "foreign script": _foreign,
    "fraud": _fraud,
}


def bots(half: Half, kind: str, count: int) -> list[Sample]:
    """`count` submissions by machines of one kind."""
    chance, write = half.random(kind), KINDS[kind]
    return [Sample(kind, chance.choice(PATHS), write(half, chance), _seconds(chance, kind)) for _ in range(count)]


def _seconds(chance: Random, kind: str) -> float | None:
    """Machines that run the page's script are the fast ones; the others post and never look at a page."""
    if kind == "fast posters":
        return chance.choice((0.05, 0.3, 0.6, 0.8)) if chance.random() < 0.85 else chance.uniform(1.0, 2.9)
    return None if chance.random() < 0.9 else chance.uniform(0.2, 20)
