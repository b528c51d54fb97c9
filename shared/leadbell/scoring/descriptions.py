"""What each key of a model file is for, in a sentence: for the schema that editors read, and for the reference page.

They stand apart from the syntax (`rules`, `story_syntax`, `buying_signals`), so that it still fits on a page.
"""

from collections.abc import Mapping
from typing import Any

_RULE = {"id": "Your name for the rule, once in the file.", "label": "What people read as the reason."}
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
        "product_act_days": "For how many days it does.",
        "questions": "What counts as a question. Asking one is a product act too.",
        "requests": "What counts as a request, which makes an SQL. Left out: whatever a form `means` as one.",
        "request_days": "For how many days a request can make an SQL.",
        "bant": "Which answers mean that need, budget, authority and timing are there. All four make an SQL.",
        "vetoes": "What turns an alert into a message.",
        "stories": "What must become of whom, day by day. Keep it the last part of the file.",
    },
    "Agreement": {
        "marketing": "Who agreed for marketing.",
        "sales": "Who agreed for sales.",
        "date": "When they agreed.",
        "review_by": "When to look again. `leadbell model check` warns from the day after.",
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
        "label": "What people read where the group is limited.",
        "cap": "The most that all rules of the group give together.",
        "fades": "How points fade, where a rule does not say.",
    },
    "InterestRule": {
        **_RULE,
        **_EVENT,
        "trust": "How far an event must be trusted to count. What a machine did never counts.",
        "points": "What one event adds, or takes away.",
        "at_most": "How many count of one day (UTC).",
        "max_count": "How many count in all: the most recent.",
        "cap": "The most that the rule gives, or takes away.",
        "fades": "How its points fade. Left out: as its group says.",
        "group": "The group it belongs to, a key of `groups`.",
    },
    "Fading": {
        "halves_every_days": "Half of the points are left after so many days, a quarter after twice as many.",
        "after_days": "All points until this age in days, none from then on.",
        "percent": "How many percent of the original points go each time.",
        "every_days": "How often they go. Goes with `percent`.",
    },
    "Grades": {
        "fit": "The least fit for A, B and C. Below C it is D.",
        "interest": "The least interest for 1, 2 and 3. Below 3 it is 4.",
        "unknown_under": "Below this fit the letter is `?`, if ...",
        "known_enough": "... fewer than this many of country, size, role and industry are known.",
    },
    "Mql": {
        "fit": "The least fit to become an MQL, and ...",
        "interest": "... the least interest.",
        "leave_fit": "Below this fit, or ...",
        "leave_interest": "... below this interest, a contact stops being an MQL.",
    },
    "ProductAct": _EVENT,
    "Question": _EVENT,
    "RequestRule": _EVENT,
    "Bant": {
        "need": "Which answers mean that they need it.",
        "budget": "Which answers mean that they have the money.",
        "authority": "Which answers mean that they may decide.",
        "timing": "Which answers mean that they buy soon.",
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
        "every_days": "It happens again and again, so many days later, ...",
        "until_day": "... until this day.",
        "does": "What they do: the type of an event, an act, or a list of these. Left out: nothing.",
        "expect": "What is so in the evening of that day.",
    },
    "Act": {
        "event": "The type of event. Either this or `form`.",
        "form": "The form that they send. Either this or `event`.",
        "says": "What it says besides `who`.",
    },
    "Expected": {
        "stage": "The stage.",
        "grade": "The grade, or its letter alone.",
        "fit": "The fit.",
        "interest": "The interest.",
        "interest_at_most": "The most that the interest may be.",
        "heard": "What sales gets that day: one or a list. Left out: nothing.",
        "why": "A part of the reason that it gives.",
    },
}


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a model file, with the description of each key put in."""
    for name, block in (("Model", schema), *schema["$defs"].items()):
        for key, about in block["properties"].items():
            about["description"] = DESCRIPTIONS[name][key]
    return schema
