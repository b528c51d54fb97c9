"""The purpose of each key of a model file, in a sentence: for the schema that editors read, and the reference page.

They are apart from the syntax (`rules`, `story_syntax`, `buying_signals`), which then fits on a page.
"""

from collections.abc import Mapping
from typing import Any

_RULE = {"id": "Your name for the rule, once in the file.", "label": "The reason that mails and commands show."}
_EVENT = {"event": "The type of event.", "where": "Conditions on the event. Left out: each one counts."}

# By the class that reads a block, then by key.
DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "Model": {
        "agreement": "Who agreed to these numbers.",
        "personas": "The buyers you look for. The best match is the fit.",
        "interest": "What gives points for interest.",
        "grades": "How fit and interest become a grade such as A1.",
        "mql": "When a contact is an MQL.",
        "product_acts": "What shows interest in a product, and makes a lead an IQL.",
        "product_act_days": "For how many days a product act makes a lead an IQL.",
        "questions": "What counts as a question. Asking one is a product act too.",
        "requests": "What counts as a request, which makes an SQL. Left out: each form with `means: request`.",
        "request_days": "For how many days a request can make an SQL.",
        "bant": "Which answers confirm need, budget, authority and timing. All four make an SQL.",
        "vetoes": "What turns an alert into a message.",
        "stories": "Examples that the model must get right, day by day. Keep it the last part of the file.",
    },
    "Agreement": {
        "marketing": "Who agreed for marketing.",
        "sales": "Who agreed for sales.",
        "date": "When they agreed.",
        "review_by": "When to review it. `leadbell status` warns from 30 days before.",
    },
    "Persona": {
        "id": "Your name for the persona.",
        "label": "Who they are, as alerts show it.",
        "problem": "The problem that you solve for them.",
        "rules": "What gives points for being this persona.",
    },
    "FitRule": {
        **_RULE,
        "where": "Conditions on what is known of the contact.",
        "points": "What it adds, or takes away.",
    },
    "Interest": {"groups": "Each group by its name.", "rules": "What gives points."},
    "Group": {
        "label": "The name that mails and commands show where the cap applies.",
        "cap": "The most that all rules of the group give together.",
        "fades": "How points fade, unless a rule says otherwise.",
    },
    "InterestRule": {
        **_RULE,
        **_EVENT,
        "trust": "The least trust that an event needs to count. What a machine did never counts.",
        "points": "What one event adds, or takes away.",
        "at_most": "How many events count per day (UTC).",
        "max_count": "How many events count in total: the most recent.",
        "cap": "The most that the rule gives, or takes away.",
        "fades": "How its points fade. Left out: as its group says.",
        "group": "The group it belongs to, a key of `groups`.",
    },
    "Fading": {
        "halves_every_days": "Half of the points are left after so many days, a quarter after twice as many.",
        "after_days": "All points until this age in days, none from then on.",
        "percent": "How many percent of the original points are lost each time. Needs `every_days`.",
        "every_days": "After how many days points are lost each time. Needs `percent`.",
    },
    "Grades": {
        "fit": "The minimum fit for A, B and C. Below C the letter is D.",
        "interest": "The minimum interest for 1, 2 and 3. Below 3 the digit is 4.",
        "unknown_under": "Below this fit the letter is `?` while too little is known (see `known_enough`).",
        "known_enough": "With this many of country, size, role and industry known, the letter is never `?`.",
    },
    "Mql": {
        "fit": "The minimum fit to become an MQL; `interest` is needed too.",
        "interest": "The minimum interest to become an MQL; `fit` is needed too.",
        "leave_fit": "Below this fit a contact stops being an MQL.",
        "leave_interest": "Below this interest a contact stops being an MQL.",
    },
    "ProductAct": _EVENT,
    "Question": _EVENT,
    "RequestRule": _EVENT,
    "Bant": {
        "need": "Which answers confirm the need.",
        "budget": "Which answers confirm the budget.",
        "authority": "Which answers confirm that they may decide.",
        "timing": "Which answers confirm that they buy soon.",
    },
    "Veto": {
        "id": "Your name for the veto.",
        "label": "The reason that the message names.",
        "where": "Conditions on what is known of the contact.",
    },
    "Story": {
        "story": "What it is about, in a sentence.",
        "who": "What they say about themselves in every form.",
        "days": "What happens on which day.",
    },
    "Step": {
        "day": "The day, counted from 0.",
        "every_days": "Repeats the day at this interval, in days, until `until_day`.",
        "until_day": "The last day on which it may repeat. Needs `every_days`.",
        "does": "What they do: the type of an event, an act, or a list of these. Left out: nothing.",
        "expect": "The state expected at the end of that day.",
    },
    "Act": {
        "event": "The type of event. Either this or `form`.",
        "form": "The form that they send. Either this or `event`.",
        "says": "Fields that it holds besides `who`.",
    },
    "Expected": {
        "stage": "The stage.",
        "grade": "The grade, or its letter alone.",
        "fit": "The fit.",
        "interest": "The interest.",
        "interest_at_most": "The most that the interest may be.",
        "heard": "The mails that sales gets that day: one or a list. Left out: none.",
        "why": "A part of the reason that the mail gives.",
    },
}


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a model file, with the description of each key put in."""
    for name, block in (("Model", schema), *schema["$defs"].items()):
        for key, about in block["properties"].items():
            about["description"] = DESCRIPTIONS[name][key]
    return schema
