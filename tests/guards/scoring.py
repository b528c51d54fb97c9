"""What follows from facts, and nothing else: scores, snapshots, the day on which to look again."""

from tests.guards.edits import instead_of, without
from tests.guards.guard import UNIT, WHOLE, Guard, Law, guard

SCORING: tuple[Guard, ...] = (
    guard(
        "a fact that is there twice counts once",
        Law.FUNCTION,
        "leadbell.scoring.counting:tally",
        instead_of("{fact.id: fact for fact in facts}.values()", "list(facts)"),
        f"{UNIT}scoring/test_scoring.py::test_neither_order_nor_duplicates_nor_batches_change_anything",
    ),
    guard(
        "a contact that rings twice in a batch is looked at once",
        Law.FUNCTION,
        "leadbell.qualify.batches:rung_by",
        instead_of(
            "[Ring(contact, number) for contact, number in first.items()]",
            """
            [
                Ring(contact_of(each["dynamodb"]["Keys"]["pk"]["S"]), each["dynamodb"]["SequenceNumber"])
                for each in records
            ]
            """,
        ),
        f"{WHOLE}test_score_batches.py::test_many_facts_of_one_contact_in_one_batch_are_one_look",
    ),
    guard(
        "a machine's fact scores nothing",
        Law.FUNCTION,
        "leadbell.scoring.counting:_by_type_and_day",
        instead_of("fact.trust is not Trust.MACHINE", "True"),
        f"{UNIT}scoring/test_scoring.py::test_a_machines_fact_scores_nothing_and_asks_for_nothing",
    ),
    guard(
        "what a machine says of somebody is nobody's word",
        Law.FUNCTION,
        "leadbell.profile:profile_of",
        instead_of("fact.trust is not Trust.MACHINE", "True"),
        f"{UNIT}test_profile.py::test_a_machine_says_nothing_about_anybody",
    ),
    guard(
        "interest starts anew where sales gave a contact back",
        Law.FUNCTION,
        "leadbell.scoring.counting:_since",
        instead_of("fact.happened_at > reset_at", "True"),
        f"{UNIT}scoring/test_scoring.py::test_what_happened_before_the_reset_is_no_interest_any_more_and_fit_stays",
    ),
    guard(
        "a request is none where its sender sells to us, looks for a job or writes a thesis",
        Law.FUNCTION,
        "leadbell.own_words.asking:asks_for",
        instead_of("found.meaning in _NO_BUYER", "False"),
        f"{UNIT}own_words/test_readings.py",
    ),
    guard(
        "who asks for a price in any form asks for a price",
        Law.HEARD,
        "leadbell.own_words.meaning:with_meaning",
        instead_of('said.get("means") != REQUEST', "False"),
        f"{UNIT}own_words/test_meaning.py::test_who_asks_for_a_price_in_any_form_asks_for_a_price",
    ),
    guard(
        "a fact counts as long as it is kept, and no longer",
        Law.FUNCTION,
        "leadbell.scoring.counting:still_counting",
        instead_of("fact.happened_at >= first[fact.type]", "first[fact.type] is not None"),
        f"{UNIT}scoring/test_scoring.py::test_what_somebody_told_us_counts_as_long_as_the_fact_that_told_it",
    ),
    guard(
        "nothing is sealed that waits for a decision",
        Law.FUNCTION,
        "leadbell.scoring.snapshots:seal",
        instead_of("waiting < bound", "False"),
        f"{UNIT}scoring/test_snapshots.py::test_nothing_is_sealed_from_the_first_fact_on_that_waits_for_a_decision",
    ),
    guard(
        "only days are sealed that no door files under any more",
        Law.FUNCTION,
        "leadbell.scoring.snapshots:SEALED_AFTER_DAYS",
        instead_of("4", "1"),
        f"{UNIT}scoring/test_snapshots.py::test_what_was_filed_in_the_last_four_days_stays_open_since_a_door_may_still_file_there",
    ),
    guard(
        "what was counted on another basis is read again",
        Law.FUNCTION,
        "leadbell.contacts.store:Contacts.history",
        without("snapshot.basis == basis"),
        f"{WHOLE}test_long_histories.py::test_a_new_link_reads_everything_again",
    ),
    guard(
        "what a cap takes off is a reason of its own",
        Law.REASONS,
        "leadbell.scoring.scoring:_group_reasons",
        instead_of(
            'reasons.append(_limit(f"{group.id}-limit", f"{group.label} limited to {group.cap}", -over))',
            "reasons.clear()",
        ),
        f"{UNIT}scoring/test_scoring.py::test_a_groups_cap_is_a_reason_of_its_own",
    ),
    guard(
        "a condition that nothing can meet is refused",
        Law.UNKNOWN,
        "leadbell.scoring.file_values:check_condition",
        instead_of("condition_mistakes(where, check_fields, _names(info.context))", "[]"),
        f"{UNIT}scoring/test_model_corpus.py::test_a_mistake_is_told_on_its_line_in_plain_words",
    ),
    guard(
        "a file is refused by its size before it is parsed",
        Law.ABUSE,
        "leadbell.yaml_files:written",
        instead_of("size > most_bytes", "False"),
        f"{UNIT}scoring/test_model_corpus.py::test_what_is_no_model_at_all_is_refused_soon_and_without_a_traceback",
    ),
    guard(
        "what aliases come to is bounded",
        Law.ABUSE,
        "leadbell.yaml_files:_weight",
        instead_of("known[id(node)] > MAX_VALUES", "False"),
        f"{UNIT}scoring/test_model_corpus.py::test_what_is_no_model_at_all_is_refused_soon_and_without_a_traceback",
    ),
    guard(
        "a pattern takes time that is linear in the text",
        Law.ABUSE,
        "leadbell.scoring.conditions:_regex",
        instead_of("found_in(str(value))", "re.search(operand, str(value)[:31], re.IGNORECASE) is not None"),
        f"{UNIT}scoring/test_patterns.py::test_no_title_holds_up_scoring",
    ),
    guard(
        "a letter beyond ASCII is a part of a word",
        Law.FUNCTION,
        "leadbell.scoring.patterns:_marked",
        instead_of('sign == "_" or sign.isalnum()', 'sign == "_"'),
        f"{UNIT}scoring/test_patterns.py::test_words_of_every_alphabet_are_words",
    ),
    guard(
        "a percentage of points has no remainder that rounding would lose",
        Law.REASONS,
        "leadbell.scoring.fading:ONE",
        instead_of("100 << 40", "1 << 40"),
        f"{UNIT}scoring/test_rounding.py::test_every_whole_percent_of_every_number_of_points_is_exact",
    ),
    guard(
        "consent follows the order in which words reached us",
        Law.FUNCTION,
        "leadbell.consents:_said_at",
        instead_of("at = fact.received_at", "at = fact.happened_at"),
        f"{UNIT}lifecycle/test_objection.py::test_the_newest_word_by_receipt_decides_and_a_machines_never_counts",
    ),
    guard(
        "the day on which time alone changes something is looked for",
        Law.FUNCTION,
        "leadbell.lifecycle.timers:due_at",
        instead_of("later.grade != standing.grade or earned(standing, later, model.mql) is not stage", "False"),
        f"{UNIT}qualify/test_refresh.py::test_the_bound_is_the_first_day_on_which_the_grade_or_the_stage_changes",
    ),
    guard(
        "a word that a model does not know is refused",
        Law.UNKNOWN,
        "leadbell.config_files:Strict.model_config",
        instead_of('extra="forbid"', 'extra="ignore"'),
        f"{UNIT}scoring/test_rules.py::test_a_mistake_is_refused_with_its_place",
    ),
    guard(
        "a fact of an unknown type is an error",
        Law.UNKNOWN,
        "leadbell.scoring.counting:still_counting",
        instead_of(
            "raise InvalidFact(f\"unknown fact type {error}; known: {', '.join(FACT_TYPES)}\") from None", "return []"
        ),
        f"{UNIT}scoring/test_scoring.py::test_an_unknown_fact_is_an_error_and_never_nothing",
    ),
)
