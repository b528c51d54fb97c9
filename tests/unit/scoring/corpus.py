"""Model files as people write them, wrong and right: small edits of one file."""

from collections.abc import Mapping
from typing import Any

BASE = """\
agreement: {marketing: Maja, sales: Sven, date: 2026-11-01, review_by: 2027-11-01}
personas:
  - id: operations
    label: runs operations
    problem: leads reach sales too late
    rules:
      - id: market
        label: in our market
        points: 30
        where:
          country: SE
interest:
  groups:
    shop:
      label: shop
      cap: 30
      fades: {halves_every_days: 30}
  rules:
    - id: cart
      label: put something in the cart
      event: cart.added
      points: 20
      group: shop
    - id: asked
      label: sent a form
      event: form.submitted
      points: 10
      where:
        means: request
      group: shop
grades:
  fit: {A: 70, B: 50, C: 25}
  interest: {"1": 60, "2": 35, "3": 20}
  unknown_under: 50
  known_enough: 3
mql: {fit: 50, interest: 35, leave_fit: 40, leave_interest: 20}
product_act_days: 90
product_acts: [{event: product.viewed}]
request_days: 90
bant: {need: yes}
vetoes:
  - {id: customer, label: existing customer, where: {relation: customer}}
stories:
  - story: Bo fills his cart
    days:
      - {day: 0, does: cart.added, expect: {interest: 20}}
"""
OF_A_CONTACT, OF_A_FACT = "          country: SE\n", "        means: request\n"
CONTACT_LINE, FACT_LINE = 11, 29
POINTS, LABEL = "      points: 20\n", "      label: put something in the cart\n"


def edited(old: str, new: str) -> str:
    """The file with one place written otherwise."""
    assert BASE.count(old) == 1, old
    return BASE.replace(old, new)


def with_contact(where: str) -> str:
    """The file whose fit rule has this condition, one line or several."""
    return edited(OF_A_CONTACT, "".join(f"          {line}\n" for line in where.split("\n")))


def with_fact(where: str) -> str:
    """The file whose rule about forms has this condition."""
    return edited(OF_A_FACT, "".join(f"        {line}\n" for line in where.split("\n")))


# A condition on a contact, and words of its error; its line is that of the condition unless said.
BAD_OF_A_CONTACT: list[tuple[str, str] | tuple[str, str, int]] = [
    ("employees: 50-1000", "write {at_least: 50, at_most: 1000}"),
    ("employees: 50 - 1.000", "write {at_least: 50, at_most: 1000}"),
    ('employees: ">= 50"', "write {at_least: 50}"),
    ('employees: "> 50"', "write {at_least: 51}"),
    ('employees: "<50"', "write {at_most: 49}"),
    ('employees: "≤ 50"', "write {at_most: 50}"),
    ("employees: 50+", "write {at_least: 50}"),
    ("employees: 1,000 or more", "write {at_least: 1000}"),
    ("employees: fifty", '"fifty" is not a number'),
    ("employees: [10, 50-100]", '"50-100" is not a number'),
    ("employees: 0", "write a whole one above 0"),
    ("employees: 12.5", "write a whole one above 0"),
    ("employees: true", "true is not a number"),
    ("employees: >= 50", "a value cannot start with > or |"),
    ("employees: {at_least: 1000, at_most: 50}", "swap them: {at_least: 50, at_most: 1000}"),
    ("employees: {at_most: 0}", "`employees` is at least 1"),
    ('employees: {at_least: "50"}', "needs a number"),
    ("employees: {at_least: true}", "needs a number"),
    ("employees: {at_least: .inf}", "needs a number"),
    ("employees: {more_than: 50}", "unknown operator `more_than`"),
    ("employees: {prefix: '2'}", "`employees` is a number; write at_least or at_most"),
    ("employees: {contains: '0'}", "`employees` is a number"),
    ("employees: [[1, 2], 3]", "a list holds plain values"),
    ("employees: []", "an empty list matches nothing"),
    ("revenue_millions: 5-500", "write {at_least: 5, at_most: 500}"),
    ("revenue_millions: 5 million", '"5 million" is not a number'),
    ("revenue: {at_least: 5}", "the number that is read from it is `revenue_millions`"),
    ("company_size: {at_least: 50}", "the number that is read from it is `employees`"),
    ("industry: {at_least: 5}", "`industry` is text and has no at least"),
    ("job_title: {at_most: 5}", "`job_title` is text and has no at most"),
    ('budget: ">= 5000"', "write {at_least: 5000}"),
    ("budget: {at_least: 5000, at_most: 100}", "swap them"),
    ("relation: client", '`relation` is never "client"'),
    ("relation: costumer", 'did you mean "customer"?'),
    ("relation: account", '`relation` is never "account"'),
    ("relation: [customer, partner]", '`relation` is never "partner"'),
    ("relation: {equals: client}", '`relation` is never "client"'),
    ("relation: {regex: '^client$'}", "no value of `relation` fits this"),
    ("not: {relation: client}", '`relation` is never "client"'),
    ("mail_kind: corporate", '`mail_kind` is never "corporate"'),
    ("mail_kind: [free, buisness]", 'did you mean "business"?'),
    ("mail_kind: {contains: gmail}", "it is one of business, disposable, free, student"),
    ("mail_kind: true", "`mail_kind` is never true"),
    ("role: boss", '`role` is never "boss"'),
    ("sector: [manufacturing, logistic]", 'did you mean "logistics"?'),
    ("role: {regex: chief}", "it is one of decides, influences, other, student"),
    ("timing: soon", '`timing` is never "soon"; use one of yes, later'),
    ("timing: [yes, now]", '`timing` is never "now"'),
    ("timing: {regex: month}", "it is one of later, yes"),
    ("country: XX", '"XX" is the code of no country'),
    ("country: [SE, ZZ]", '"ZZ" is the code of no country'),
    ("country: EU", '"EU" is the code of no country'),
    ("country: UK", "write GB"),
    ("country: Sweden", "write SE"),
    ("country: [SE, Norwegen]", "write NO"),
    ("country: {in: [SE, Narnia]}", '"Narnia" is not a country code'),
    ("country: {equals: Sweden}", "write SE"),
    ("country: {regex: '^sweden$'}", "write codes of two letters"),
    ("country: {contains: weden}", "write codes of two letters"),
    ("country: {prefix: SWE}", "write codes of two letters"),
    ("country: []", "an empty list matches nothing"),
    ("country: {in: []}", "an empty list matches nothing"),
    ("country: SE, NO", '"SE, NO" is not a country code'),
    ("country: {SE: true}", "unknown operator `SE`"),
    ("country:", "`country` has no value"),
    ("country: {}", "`country` has no value"),
    ("country: {not: SE}", "unknown operator `not`"),
    ("country: 46", "46 is the code of no country"),
    ("all: [{country: SE}, {country: NO}]", "its parts contradict each other (country)", 10),
    ("all: [{country: [SE, NO]}, {country: DK}]", "its parts contradict each other", 10),
    ("all: [{industry: logistics}, {industry: energy}]", "its parts contradict each other (industry)", 10),
    (
        "all: [{employees: {at_least: 50}}, {employees: {at_most: 49}}]",
        "its parts contradict each other (employees)",
        10,
    ),
    ("{country: SE, not: {country: SE}}", "its parts contradict each other", 10),
    ("{country: {exists: false}, not: {country: {exists: false}}}", "its parts contradict each other", 10),
    ("{employees: {exists: false, at_least: 5}}", "its parts contradict each other", 10),
    ("any: [{employees: {exists: false, at_least: 5}}, {country: SE}]", "its parts contradict each other", 11),
    ("all: [{mail_kind: free}, {not: {mail_kind: [free, business]}}]", "its parts contradict each other", 10),
    ("all: [{call_ok: true}, {call_ok: false}]", "its parts contradict each other", 10),
    ("industry: {equals: energy, prefix: wind}", "its parts contradict each other", 10),
    ("any: []", "`any` needs a list of conditions"),
    ("all: {country: SE}", "`all` needs a list of conditions"),
    ("any: [{}]", "contains an empty condition"),
    ("not: {}", "`not` contains an empty condition"),
    ("not: [{country: SE}]", "this is not a condition"),
    ("any: [country, SE]", "this is not a condition"),
    ("or: [{country: SE}]", 'a contact has no attribute "or"'),
    ("[country, SE]", "this list is not a block", 10),
    ("country is SE", "is not a block", 10),
    ("job_titel: CEO", 'did you mean "job_title"?'),
    ("Country: SE", 'did you mean "country"?'),
    ("form: demo", 'a contact has no attribute "form"'),
    ("job_title: true", "`job_title` is text"),
    ('industry: ""', "an empty text is no value"),
    ('industry: " energy"', 'write "energy"'),
    ("industry: “energy”", "curly quotes are part of the text; write 'energy'"),
    ("job_title: '*chef*'", 'write {contains: "chef"}'),
    ("job_title: {contains: '%chef%'}", 'write "chef"'),
    ("job_title: {contains: ''}", "write {exists: true}"),
    ("job_title: {prefix: ' vp'}", 'write "vp"'),
    ("job_title: {contains: [vp, ceo]}", "needs text"),
    ("job_title: {regex: 5}", "needs text"),
    ('job_title: {regex: "\\b(ceo)\\b"}', "put it in single quotes: '\\b(ceo)\\b'"),
    ('job_title: {regex: "\\w+"}', "a backslash in double quotes"),
    ("job_title: {regex: '(ceo'}", "a ( that is not closed"),
    ("job_title: {regex: 'ceo)'}", "a ) without its ("),
    ("job_title: {regex: '[ceo'}", "a [ that is not closed"),
    ("job_title: {regex: '*ceo'}", "with nothing before it"),
    ("job_title: {regex: 'vp(?! sales)'}", "look-around"),
    ("job_title: {regex: '(?<=vp )sales'}", "look-around"),
    ("job_title: {regex: '(a)\\1'}", "a back-reference"),
    ("job_title: {regex: '/ceo/i'}", "write 'ceo'"),
    ("job_title: {regex: 'ceo$ of'}", "can be found in no text"),
    ("job_title: {regex: '^$'}", "write {exists: false}"),
    ("job_title: {regex: ''}", "write {exists: true}"),
    ("job_title: {regex: 'x{300}'}", "more than the 256 characters"),
    ("email: '@acme.com'", 'write {contains: "@acme.com"}'),
    ("email: acme.com", 'write {contains: "@acme.com"}'),
    ("phone_e164: '0701740605'", "write it as +46701740605"),
    ("phone_e164: {prefix: '0046'}", 'write "+46"'),
    ("call_ok: yes", "write true"),
    ("call_ok: 'false'", "write false"),
    ("call_ok: {regex: 'y'}", "`call_ok` is true or false"),
    ("company: {exists: yes}", "needs true or false"),
    ("all:\n  - country: SE\n  - not:\n      relation: client", '`relation` is never "client"', 14),
    ("country: SE\nemployes: 50", 'did you mean "employees"?', 12),
]
# A condition on a form, and words of its error.
BAD_OF_A_FACT: list[tuple[str, str]] = [
    ("means: requests", 'did you mean "request"?'),
    ("means: {equals: offer}", '`means` is never "offer"'),
    ("asks: prise", 'did you mean "price"?'),
    ("asks: {contains: quote}", "no value of `asks` fits this"),
    ("form: demmo", 'there is no form "demmo"; did you mean "demo"?'),
    ("form: {in: [demo, webinar]}", 'there is no form "webinar"'),
    ("asset: gide", 'there is no download "gide"'),
    ("topic: pumps", "write a field of your own form as x_topic"),
    ("x_: pumps", 'no fact has a field "x_"'),
    ("x_agree: true", 'write "true" in quotes'),
    ("x_topic: []", "an empty list matches nothing"),
    ("x_seats: {at_least: 50, at_most: 10}", "swap them"),
    ("consent_newsletter: ja", "write true"),
]
# Another place of the file, what stands there instead, the line of the error and words of it.
BAD_ELSEWHERE: list[tuple[str, str, int, str]] = [
    (POINTS, "      pionts: 20\n", 22, 'unknown key "pionts"; did you mean "points"?'),
    ("      cap: 30\n", "      capp: 30\n", 16, 'did you mean "cap"?'),
    ("      event: cart.added\n", "      event: cart.add\n", 21, 'did you mean "cart.added"?'),
    ("      event: cart.added\n", "      event: guide.opened\n", 21, "use guide.requested"),
    ("      event: form.submitted\n", "      event: article.read\n", 29, "article.read never has `means`"),
    (POINTS, "      points: 2000\n", 22, "write at most 100"),
    (POINTS, "      points: 20 points\n", 22, '"20 points" is not a whole number'),
    (POINTS, "      points: 20.5\n", 22, "is not a whole number"),
    (POINTS, "      points: 20\n      at_most: 0\n", 23, "write at least 1"),
    (POINTS, "      points: 20\n      max_count: 0\n", 23, "write at least 1"),
    (POINTS, "      points: 20\n      trust: machine\n", 23, '"machine" is not valid'),
    ("fades: {halves_every_days: 30}", "fades: {halves_every_days: 0}", 17, "write at least 1"),
    ("fades: {halves_every_days: 30}", "fades: {percent: 10}", 17, "add the other one"),
    ("fades: {halves_every_days: 30}", "fades: {half_life: 30}", 17, 'unknown key "half_life"'),
    ("    - id: asked\n", "    - id: cart\n", 24, 'the rule id "cart" is used twice'),
    ("    - id: asked\n", "    - id: market\n", 24, 'the rule id "market" is used twice'),
    ("request\n      group: shop\n", "request\n      group: shopp\n", 30, 'did you mean "shop"?'),
    ("  fit: {A: 70, B: 50, C: 25}", "  fit: {A: 50, B: 70, C: 25}", 31, "decreasing numbers"),
    ("  fit: {A: 70, B: 50, C: 25}", "  fit: {A: 170, B: 50, C: 25}", 32, "write at most 100"),
    ("  fit: {A: 70, B: 50, C: 25}", "  fit: {a: 70, B: 50, C: 25}", 32, 'unknown key "a"'),
    ('{"1": 60, "2": 35, "3": 20}', "{1: 60, 2: 35, 3: 20}", 33, "put it in quotes"),
    ("leave_fit: 40", "leave_fit: 60", 36, "must not be above"),
    ("product_act_days: 90", "product_act_days: ninety", 37, '"ninety" is not a whole number'),
    ("bant: {need: yes}", "bant: {need: true}", 40, "write yes"),
    ("bant: {need: yes}", "bant: {timing: soon}", 40, '`timing` is never "soon"'),
    ("bant: {need: yes}", "bant: {budget: []}", 40, "an empty list matches nothing"),
    ("{relation: customer}", "{relation: client}", 42, '`relation` is never "client"'),
    ("expect: {interest: 20}", "expect: {stage: hot}", 46, '"hot" is not valid'),
    ("does: cart.added", "does: cart.adedd", 46, 'did you mean "cart.added"?'),
    ("does: cart.added", "does: {form: demoo}", 46, 'did you mean "demo"?'),
    ("does: cart.added", "does: {form: demo, says: {contry: SE}}", 46, 'did you mean "country"?'),
    ("day: 0, does: cart.added", "day: 9, every_days: 7, until_day: 3, does: cart.added", 46, "would never happen"),
    ("his cart\n", "his cart\n    who: {relation: x, countri: SE}\n", 45, 'did you mean "country"?'),
    ("request_days: 90\n", "", 1, '"request_days" is missing'),
    ("request_days: 90\n", "request_days: 90\nrequest_days: 30\n", 40, 'twice in one block ("request_days")'),
    ("review_by: 2027-11-01", "review_by: 2027-13-01", 1, "is not a date"),
    ("review_by: 2027-11-01", "review_by: 1 Nov 2027", 1, "is not a date"),
    (POINTS, "\t  points: 20\n", 22, "a tab; indent with spaces"),
    (POINTS, "      points 20\n", 22, 'a key without a colon; write "key: value"'),
    (POINTS, "        points: 20\n", 22, "an extra colon or a wrong indent"),
    (POINTS, "     points: 20\n", 22, "an indent that fits none of the lines above"),
    (LABEL, '      label: "put something\n', 20, "a quotation mark that is not closed"),
    (LABEL, "      label: cart: full\n", 20, "that contains a colon in quotes"),
    (LABEL, "      label: *important*\n", 20, "quote the text"),
    (LABEL, "      label: @home\n", 20, "put it in quotes"),
    (LABEL, "      label: %off\n", 20, "put it in quotes"),
    (LABEL, '      label: "cart" filled\n', 20, "text behind a closing quotation mark"),
    (LABEL, "      label: !important cart\n", 20, "put it in quotes"),
    ("fades: {halves_every_days: 30}", "fades: {halves_every_days: 30", 17, "end it with }"),
    ("product_acts: [{event: product.viewed}]", "product_acts: [{event: product.viewed}", 38, "end it with ]"),
    ("product_acts: [{event: product.viewed}]", "product_acts: [{event: product.viewed}]]", 38, ""),
    ("{relation: customer}}", "{relation: customer}}}", 42, ""),
    ("personas:\n", "personas: - id\n", 2, "write each"),
    ("vetoes:\n", "---\nvetoes:\n", 41, "starts another document"),
    ("interest:\n", "interest: &loop\n  more: *loop\n", 12, "contains itself"),
    ("interest:\n", "interest: *nothing\n", 12, "an alias (*name) without an anchor"),
]  # fmt: skip

# A condition on a contact, and what is known of somebody who meets it.
GOOD_OF_A_CONTACT: list[tuple[str, Mapping[str, Any]]] = [
    ("country: SE", {"country": "SE"}),
    ("country: se", {"country": "SE"}),
    ("country: NO", {"country": "NO"}),
    ("country: [SE, NO, DK]", {"country": "DK"}),
    ("country: {in: [SE]}", {"country": "SE"}),
    ("country: {in: SE}", {"country": "SE"}),
    ("country: {exists: false}", {}),
    ("country: {regex: '^(se|no)$'}", {"country": "NO"}),
    ("not: {country: SE}", {"country": "NO"}),
    ("{country: {exists: true}, not: {country: [SE, NO]}}", {"country": "DK"}),
    ("employees: 250", {"employees": 250}),
    ('employees: "250"', {"employees": 250}),
    ("employees: [250, 251]", {"employees": 251}),
    ("employees: {at_least: 50, at_most: 1000}", {"employees": 1000}),
    ("employees: {at_least: 50, at_most: 50}", {"employees": 50}),
    ("employees: {at_least: 12.5}", {"employees": 13}),
    ("all: [{employees: {at_least: 50}}, {employees: {at_most: 50}}]", {"employees": 50}),
    ("all: [{employees: {at_least: 9}}, {not: {employees: 10}}, {employees: {at_most: 11}}]", {"employees": 11}),
    ("{employees: {exists: false}, revenue_millions: {at_least: 5}}", {"revenue_millions": 5}),
    ("budget: {at_least: 5000}", {"budget": "50 000 EUR"}),
    ("budget: {at_least: 5000, at_most: 60000}", {"budget": "50-100k"}),
    ("budget: approved", {"budget": "Approved"}),
    ("relation: customer", {"relation": "customer"}),
    ("relation: [competitor, staff]", {"relation": "staff"}),
    ("mail_kind: [free, disposable]", {"email": "eva@gmail.com"}),
    ("mail_kind: business", {"email": "eva@acme.example"}),
    ("role: decides", {"job_title": "VP Operations"}),
    ("{role: influences, not: {job_title: {contains: assistant}}}", {"job_title": "Senior buyer"}),
    ("sector: [manufacturing, logistics]", {"industry": "manufacturing"}),
    ("x_segment: enterprise", {"x_segment": "Enterprise"}),
    ("x_seats: {at_least: 50, at_most: 2000}", {"x_seats": "1 000"}),
    ("timing: yes", {"timing": "yes"}),
    ("timing: {regex: '^(yes|later)$'}", {"timing": "later"}),
    ("call_ok: true", {"call_ok": True}),
    ("job_title: {contains: vp}", {"job_title": "MVP designer"}),
    ("job_title: {prefix: head}", {"job_title": "Head of Operations"}),
    ("job_title: {regex: '\\bgesch[aä]ftsf[uü]hrer\\b'}", {"job_title": "GESCHÄFTSFÜHRER"}),
    ("job_title: {regex: '\\bchef\\b'}", {"job_title": "IT-chef"}),
    ("job_title: {regex: '^(ceo|chief executive)'}", {"job_title": "CEO & founder"}),
    ("job_title: {regex: '(^|\\W)vd(\\W|$)'}", {"job_title": "VD, Åkeri AB"}),
    ("any: [{job_title: {contains: ceo}}, {job_title: {contains: founder}}]", {"job_title": "Founder"}),
    ("all: [{job_title: {regex: manager}}, {not: {job_title: {regex: product}}}]", {"job_title": "Plant manager"}),
    ("industry: Logistics", {"industry": "logistics"}),
    ("industry: 5", {"industry": "5"}),
    ("company_size: 51-200", {"company_size": "51-200"}),
    ("email: eva@acme.example", {"email": "Eva@acme.example"}),
    ("email: {regex: '@acme\\.example$'}", {"email": "eva@acme.example"}),
    ("email: {contains: '@acme.'}", {"email": "eva@acme.example"}),
    ("phone_e164: {prefix: '+46'}", {"phone_e164": "+46701740605"}),
    ("region: {in: [Skåne, Halland]}", {"region": "skåne"}),
    ("all:\n  - country: SE\n  - not:\n      any:\n        - mail_kind: free", {"country": "SE"}),
]  # fmt: skip
# A condition on a form, and what a form that meets it says.
GOOD_OF_A_FACT: list[tuple[str, Mapping[str, Any]]] = [
    ("means: request", {"means": "request"}),
    ("asks: [demo, price]", {"asks": "price"}),
    ("form: demo", {"form": "demo"}),
    ("form: {prefix: de}", {"form": "demo"}),
    ("x_topic: pumps", {"x_topic": "Pumps"}),
    ("x_seats: 250", {"x_seats": "250"}),
    ("x_seats: {at_least: 50}", {"x_seats": "250"}),
    ("x_seats: {at_least: 50}", {"x_seats": "1 000"}),
    ("x_seats: {at_least: 2.5}", {"x_seats": "2,75"}),
    ("x_seats: {at_most: 10}", {"x_seats": "9"}),
    ("x_seats: '50-100'", {"x_seats": "50-100"}),
    ("message: {contains: 'how much'}", {"message": "How much is it?"}),
    ("page: {regex: '/pricing/'}", {"page": "https://acme.example/pricing/eu"}),
    ("consent_newsletter: true", {"consent_newsletter": True}),
    ("{means: request, not: {asks: callback}}", {"means": "request", "asks": "demo"}),
]
