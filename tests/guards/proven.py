"""What a form may believe: it fills what is unknown, and silences nobody else's request."""

from tests.guards.edits import instead_of, without
from tests.guards.guard import UNIT, WHOLE, Guard, Law, guard

OTHERS = f"{UNIT}lifecycle/test_others_forms.py::"

PROVEN: tuple[Guard, ...] = (
    guard(
        "a form never replaces what is proven",
        Law.PROVES,
        "leadbell.profile:profile_of",
        instead_of("believed >= latest[name][0]", "True"),
        f"{UNIT}test_profile.py::test_a_form_never_replaces_what_is_proven_and_fills_what_is_unknown",
    ),
    guard(
        "what no form can make is proven, whatever trust an earlier release stored it with",
        Law.PROVES,
        "leadbell.events:Fact.is_proven",
        instead_of("self.kind.proven", "False"),
        f"{UNIT}test_profile.py::test_a_form_never_replaces_what_is_proven_and_fills_what_is_unknown",
    ),
    guard(
        "a confirmed signup proves the address and nothing else",
        Law.PROVES,
        "leadbell.profile:level_of",
        instead_of('(fact.type != SUBSCRIBED or name == "email")', "True"),
        f"{UNIT}test_profile.py::test_a_signup_that_its_owner_confirmed_proves_the_address_and_nothing_else",
    ),
    guard(
        "no form says in other words what is proven",
        Law.PROVES,
        "leadbell.profile:_undisputed",
        instead_of("known[name].is_proven", "False"),
        f"{UNIT}test_profile.py::test_no_form_says_in_other_words_what_is_proven",
    ),
    guard(
        "what is proven of a person outlives a snapshot",
        Law.FUNCTION,
        "leadbell.scoring.snapshots:_witnesses",
        instead_of("(name, level_of(fact, name))", "(name, fact.trust >= Trust.SUBMITTED)"),
        f"{UNIT}scoring/test_snapshots.py::test_what_is_proven_is_proven_through_a_snapshot",
    ),
    guard(
        "a request is judged by its own form and by what is proven",
        Law.PROVES,
        "leadbell.profile:with_proven",
        instead_of("known.is_proven", "True"),
        f"{OTHERS}test_what_somebody_elses_form_says_silences_no_request",
    ),
    guard(
        "what is proven stands against a request, whatever its form says",
        Law.PROVES,
        "leadbell.profile:with_proven",
        instead_of("known.is_proven", "False"),
        f"{OTHERS}test_what_is_proven_silences_a_request_whatever_its_form_says",
    ),
    guard(
        "each request is judged by itself",
        Law.PROVES,
        "leadbell.lifecycle.obstacles:obstacles",
        instead_of("not all(derived.against(each) for each in asking)", "not derived.against(asking[0])"),
        f"{OTHERS}test_a_strangers_request_that_is_silenced_takes_hers_with_it_neither_before_nor_after",
    ),
    guard(
        "the alert is about a request that nothing stands against",
        Law.PROVES,
        "leadbell.lifecycle.obstacles:clear_requests",
        without("not derived.against((fact,))"),
        f"{OTHERS}test_a_strangers_request_that_is_silenced_takes_hers_with_it_neither_before_nor_after",
    ),
    guard(
        "a company is known to us whatever a form says of it",
        Law.PROVES,
        "leadbell.companies:with_company",
        without("told.is_proven"),
        f"{OTHERS}test_a_company_is_known_to_us_whatever_a_form_says_of_it",
    ),
    guard(
        "an Idempotency-Key belongs to its sender",
        Law.PROVES,
        "leadbell.capture.claims:_claimed_by",
        instead_of('f"{way}:{arrival.contact_id}:{says}"', 'f"{way}:{says}"'),
        f"{WHOLE}test_one_fact.py::test_a_key_belongs_to_its_sender",
    ),
)
