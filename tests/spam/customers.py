"""Messages of customers that look like a machine's at first sight: not one of them may be held.

All are made up. Each has a reason, the fields that differ from `WHO`, and what the form's owner is in the business of.
"""

# ruff: noqa: E501, RUF001  # messages as people write them

from typing import NamedTuple

WHO = {"name": "Ivan Petrov", "email": "ivan.petrov@gmail.com"}


class Customer(NamedTuple):
    """Why it looks odd, and what is sent. `trade` is the form's `our_business`."""

    why: str
    fields: dict[str, str]
    trade: tuple[str, ...] = ()


def wrote(why: str, message: str, *trade: str, **fields: str) -> Customer:
    return Customer(why, {**WHO, "message": message, **fields}, trade)


FORWARDED = """Please see below, can you do the same for us?

---------- Forwarded message ---------
From: Growth Team <hello@rankhero99.xyz>
Date: Mon, 2 Mar 2026
Subject: Your website
To: <info@acme.example>

We can get your website on the first page of Google. High quality backlinks, free proposal:
https://rankhero99.xyz/a https://rankhero99.xyz/b https://rankhero99.xyz/c [url=https://rankhero99.xyz]here[/url]
Unsubscribe here: https://rankhero99.xyz/u"""

OUTLOOK = """FYI

-----Original Message-----
From: Eva Ek
Sent: Monday, March 2, 2026 9:00 AM
To: Ivan Petrov
Cc: Mia Berg
Subject: Pumps

Which of the three? See www.pumps-a.com/x, www.pumps-b.com/y and www.pumps-c.com/z."""

CUSTOMERS = (
    # Another script than the name, with a link to one's own site.
    wrote("Russian, a Latin name, own site", "Здравствуйте! Нужны сорок насосов к июню. Наш сайт: https://zavod-nasos.ru"),
    wrote("Russian, bare domain", "Добрый день, сколько стоит доставка в Казань? Мы: zavod-nasos.ru"),
    wrote("Russian, two sites", "Наши сайты www.zavod-nasos.ru и www.nasos-opt.ru, пришлите прайс."),
    wrote("Russian, throw-away address", "Пришлите, пожалуйста, каталог. https://zavod-nasos.ru", email="ivan@mailinator.com"),
    wrote("Ukrainian", "Доброго дня, чи працюєте з Україною? Наш сайт https://pumpy.com.ua/about"),
    wrote("Greek", "Καλησπέρα, θα θέλαμε προσφορά για 12 αντλίες. Η σελίδα μας: https://antlies.gr", name="Nikos Pappas"),
    wrote("Arabic", "مرحبا، نحتاج عرض سعر لأربعين مضخة. موقعنا https://pumps.com.sa", name="Omar Haddad"),
    wrote("Chinese", "您好,请报价四十台水泵。我们的网站:www.shuibeng.cn 谢谢", name="Li Wei"),
    wrote("Japanese", "見積もりをお願いします。弊社サイト https://pumps.co.jp", name="Ken Tanaka"),
    wrote("Korean", "견적 부탁드립니다. 저희 홈페이지 www.pumps.co.kr", name="Jimin Park"),
    wrote("Hebrew", "שלום, נשמח לקבל הצעת מחיר. האתר שלנו https://pumps.co.il", name="Dana Levi"),
    wrote("Persian", "سلام، قیمت چهل پمپ را می‌خواهیم. https://pomp.ir/about", name="Reza Karimi"),
    wrote("Thai", "ขอใบเสนอราคาปั๊ม 40 ตัว เว็บไซต์ https://pump.co.th", name="Somchai Dee"),
    wrote("Bulgarian, from a company", "Здравейте, търсим доставчик. https://pompi.bg", company="Pompi OOD", email="i.petrov@pompi.bg"),
    wrote("Russian who sell", "Мы продаем насосы и хотим купить у вас подшипники. Сайт https://nasos.ru"),
    # Links to what they want to buy.
    wrote("three products", "Please quote:\nhttps://shop.example.org/p/1\nhttps://shop.example.org/p/2\nhttps://shop.example.org/p/3"),
    wrote("three products of three makers", "Please quote:\nhttps://www.pumps-a.com/p1\nhttps://www.pumps-b.com/p2\nhttps://www.pumps-c.com/p3"),
    wrote("Swedish", "Offert tack:\nhttps://pumpar.com/1\nhttps://rordelar.com/2\nhttps://ventiler.com/3"),
    wrote("German", "Angebot bitte für:\nwww.pumpen-a.com/1\nwww.pumpen-b.com/2\nwww.pumpen-c.com/3"),
    wrote("Polish", "Poproszę o wycenę:\nhttps://a-pompy.com/1\nhttps://b-pompy.com/2\nhttps://c-pompy.com/3"),
    wrote("products alone, of one shop", "https://shop.example.org/p/1\nhttps://shop.example.org/p/2\nhttps://shop.example.org/p/3"),
    wrote("two links alone", "https://www.pumps-a.com/p1 https://www.pumps-b.com/p2"),
    wrote("a link alone", "https://drive.example.org/drawing.pdf"),
    wrote("a drawing behind a short link", "The drawing: https://bit.ly/3xYz", company="drawings.io"),
    wrote("eight products of ours", "How much for these?\n" + "\n".join(f"https://www.pumpshop.com/p/{n}" for n in range(8)), _page="https://www.pumpshop.com/contact"),
    wrote("HTML from a mail program", 'See <a href="https://www.pumps-a.com/p1">this pump</a>. Do you have it?'),
    wrote("a company that is called like its site", "Can you call me?", company="booking.com"),
    wrote("part numbers", "KPX4432QZ BXT99QWZ, how many weeks?", company="KPXWQZ GmbH"),
    # Complaints, and what others wrote to them.
    wrote("a quoted footer", "I got three mails from you this week. The footer says 'Unsubscribe here: https://news.acme-mail.com/u/1' and it does not work. Please remove me."),
    wrote("a quoted footer, German", "Ich bekomme weiter Ihren Newsletter. 'Abmelden hier: https://news.acme-mail.com/u/1' geht nicht. Bitte hören Sie damit auf."),
    wrote("a quoted footer, Swedish", "Jag får fortfarande era mejl, länken 'Avregistrera dig: https://news.acme-mail.com/u' fungerar inte."),
    wrote("a phishing mail in your name", "I received this: 'Verify your account within 24 hours: https://acme-login.top/x'. Is this from you?"),
    wrote("spam in your name", "Somebody wrote 'claim your bitcoin now https://acme-gift.top' to our staff. This is a scam, is it not? We got it as a mail from you."),
    wrote("quoted with marks", "Is that true?\n> We can get your website on the first page of Google\n> high quality backlinks https://rankhero99.xyz"),
    wrote("a forwarded mail", FORWARDED),
    wrote("a forwarded mail from Outlook", OUTLOOK),
    wrote("a forwarded mail in another field", "", details=OUTLOOK),
    wrote("an offer forwarded in another field", "", details=FORWARDED),
    wrote("an error of ours, with the address", "I found an error on your website, the form at https://www.acme-pumps.com/x shows '../../etc' and 'SELECT'."),
    wrote("a log with code", "Your export fails: <script> is not closed, see line 3. Could you look?"),
    # Who buys what spam sells.
    wrote("an audit, asked as people ask", "Can you bring us to the first page of Google? Our site is https://blumen-petrov.de"),
    wrote("an audit, at an agency", "Looking for an SEO audit for our shop and high quality backlinks. Site: https://blumen-petrov.de", "SEO"),
    wrote("an audit, with words of offers", "SEO service for a shop: increase organic traffic, top ranking on Google, guest posts on blogs. https://blumen.de", "seo"),
    wrote("a casino's software", "We run an online casino with free spins and need a payment provider: https://luckyreel.com", "casino"),
    wrote("a pharmacy", "Online pharmacy, we order generic cialis without prescription checks? Need compliance help. https://apoteka.com", "pharmacy"),
    wrote("a loan", "Business loans up to what sum, and personal loans with what rate? https://petrov.ru", "loans"),
    wrote("a wallet at a crypto firm", f"My withdrawal to 0x{'4f' * 20} did not arrive", "crypto", email="ivan@yopmail.com"),
    # What browsers do.
    wrote("autofill in a hidden field", "Как заказать? https://zavod-nasos.ru", _gotcha="Kazan"),
    wrote("autofill that repeats the name", "Hi", _gotcha="Ivan Petrov", company="Ivan Petrov"),
)  # fmt: skip
