"""The guards of the laws: what is taken out of the source, and which tests must then fail.

A guard is some source text and what stands there without it. The text occurs exactly once in its file, so whoever
moves a guard has to say here where it went. The tests are the smallest set that notices: quick ones first.
"""

from dataclasses import dataclass
from enum import StrEnum


class Law(StrEnum):
    """The laws of CONTRIBUTING.md, in short."""

    STORED = "nothing acknowledged is lost"
    RETRY = "a retry is the same fact"
    FUNCTION = "numbers follow from facts alone"
    LOG = "each move is decided once"
    REASONS = "the number equals its reasons"
    ONE_ALERT = "one qualification, one alert"
    TABLE = "a stage moves by one table"
    HEARD = "who writes is heard once"
    GET = "GET moves nothing"
    WORDS = "visitors' words are data"
    UNKNOWN = "unknown is an error"
    OBJECTION = "objection ends profiling"
    ERASED = "what was erased stays gone"
    ABUSE = "an attacker gets nowhere"


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard. `edits` are pairs of the text that is there and the text that is there without the guard."""

    name: str
    law: Law
    file: str
    edits: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]


def guard(name: str, law: Law, file: str, old: str, new: str, *tests: str) -> Guard:
    """A guard that stands in one place."""
    return Guard(name, law, file, ((old, new),), tests)


CORE = "shared/leadbell/"
UNIT = "tests/unit/"
WHOLE = "tests/integration/"

GUARDS: tuple[Guard, ...] = (
    # ---- Doors: what was acknowledged is there, once -----------------------------------------------------------------
    guard(
        "a page of another site is refused",
        Law.UNKNOWN,
        f"{CORE}reception.py",
        "        check_origin(request.headers, door.origins)\n",
        "",
        f"{WHOLE}test_configured_forms.py::test_a_page_of_another_site_is_refused_at_every_door_and_nothing_is_stored",
    ),
    guard(
        "forms that cannot be read take nothing in by other rules",
        Law.UNKNOWN,
        f"{CORE}active_forms.py",
        'raise Unavailable(f"the published forms cannot be read: {type(error).__name__}") from error',
        "return PACKAGED",
        f"{WHOLE}test_configured_forms.py::"
        "test_forms_that_cannot_be_read_are_our_fault_and_the_sender_is_asked_to_try_again",
    ),
    guard(
        "of two who publish at once one is told",
        Law.RETRY,
        f"{CORE}publications.py",
        '("#number = :seen", {":seen": seen}) if seen else ("attribute_not_exists(pk)", None)',
        '("", None)',
        f"{WHOLE}test_configured_forms.py::test_of_two_who_publish_at_once_the_second_is_told",
    ),
    guard(
        "a fact's place is taken once",
        Law.RETRY,
        f"{CORE}contacts.py",
        'event_key(day, fact.id)), "attribute_not_exists(pk)") is None',
        "event_key(day, fact.id))) is None",
        f"{WHOLE}test_late_facts.py::test_a_retry_is_the_same_fact_however_late",
    ),
    guard(
        "of equal submissions the first one's claim names the fact",
        Law.RETRY,
        f"{CORE}capture.py",
        "    return there\n",
        "    return claim\n",
        f"{WHOLE}test_one_fact.py::test_two_at_once_are_one_fact_with_one_id",
    ),
    guard(
        "a sender's key holds for eight days",
        Law.RETRY,
        f"{CORE}capture.py",
        "return CLAIM_KEPT if arrival.sender_key else KEYLESS_WINDOW",
        "return KEYLESS_WINDOW",
        f"{WHOLE}test_one_fact.py::test_a_key_makes_it_one_fact_for_a_week",
    ),
    guard(
        "a retry on the next day is filed under the claim's day",
        Law.RETRY,
        f"{CORE}capture.py",
        'day_of(claim["event"]))',
        "now.date())",
        f"{WHOLE}test_one_fact.py::test_midnight_does_not_make_a_second_fact",
    ),
    guard(
        "one key with two bodies is a conflict",
        Law.RETRY,
        f"{CORE}capture.py",
        'if not hmac.compare_digest(there["body"], body_hash):',
        "if False:",
        f"{WHOLE}test_one_fact.py::test_a_key_used_for_another_body_is_a_conflict",
    ),
    guard(
        "of a late fact and its stub the first one counts",
        Law.RETRY,
        f"{CORE}contacts.py",
        "FILED_BACK_DAYS = 2\n",
        "FILED_BACK_DAYS = 20_000\n",
        f"{WHOLE}test_late_facts.py::test_a_fact_of_a_sealed_day_is_filed_under_today_with_a_stub",
    ),
    guard(
        "a retry of a late fact follows its stub",
        Law.RETRY,
        f"{CORE}contacts.py",
        'day = day_of(stub["moved"] if there is None else there["moved"])',
        'day = day_of(stub["moved"])',
        f"{WHOLE}test_late_facts.py::test_a_retry_is_the_same_fact_however_late",
        f"{WHOLE}test_late_facts.py::test_a_stub_without_its_fact_is_completed_by_the_retry",
    ),
    guard(
        "a table that refuses makes a door answer 503",
        Law.STORED,
        f"{CORE}table.py",
        "if code in _PASSING or status >= 500:",
        "if False:",
        f"{WHOLE}test_one_fact.py::test_a_table_that_refuses_writes_is_503_and_nothing_is_stored",
    ),
    guard(
        "who is told 503 is told when to come again",
        Law.STORED,
        f"{CORE}answers.py",
        'extra = {"Retry-After": str(seconds)} if status in (429, 503) else {}',
        "extra: dict[str, str] = {}",
        f"{WHOLE}test_one_fact.py::test_a_table_that_refuses_writes_is_503_and_nothing_is_stored",
    ),
    # ---- Abuse: what one source may send, and what is held for a look ------------------------------------------------
    guard(
        "counting and limiting are one write",
        Law.ABUSE,
        f"{CORE}limits.py",
        'condition = " AND ".join(f"(attribute_not_exists({name}) OR {name} < :{name})" for name in limits)',
        'condition = " AND ".join(f"(attribute_not_exists({name}) OR {name} <= :{name})" for name in limits)',
        f"{WHOLE}test_limits.py::test_the_eleventh_in_a_minute_at_one_form_waits_for_the_next",
        f"{WHOLE}test_spam_proof.py::test_as_many_pass_as_the_limit_says_whatever_forwarded_for_says",
    ),
    guard(
        "a source is what API Gateway saw, not what the sender says",
        Law.ABUSE,
        f"{CORE}request.py",
        'source_ip = http.get("sourceIp", "")',
        'source_ip = headers.get("x-forwarded-for", http.get("sourceIp", ""))',
        f"{WHOLE}test_limits.py::test_what_the_sender_says_of_its_address_counts_for_nothing",
    ),
    guard(
        "a network of IPv6 is one source",
        Law.ABUSE,
        f"{CORE}limits.py",
        "address.packed[:8].hex()",
        "address.packed.hex()",
        f"{WHOLE}test_limits.py::test_one_network_of_ipv6_is_one_source",
    ),
    guard(
        "the limit comes before the body",
        Law.ABUSE,
        f"{CORE}reception.py",
        "        self.gate.enter(request, door.name, door.spam, now)\n        body = request.body()\n",
        "        body = request.body()\n        self.gate.enter(request, door.name, door.spam, now)\n",
        f"{WHOLE}test_limits.py::test_the_limit_comes_before_the_body_is_looked_at",
    ),
    guard(
        "a retry is never refused for its address",
        Law.RETRY,
        f"{CORE}gate.py",
        "if not is_claimed(self.limits.table, arrival, now):",
        "if True:",
        f"{WHOLE}test_limits.py::test_a_retry_is_answered_as_the_same_when_its_address_has_no_room_left",
    ),
    guard(
        "what was said long ago is no retry",
        Law.ABUSE,
        f"{CORE}capture.py",
        'return there is not None and there["claimed_at"] >= stamp(now - _window(arrival))',
        "return there is not None",
        f"{WHOLE}test_limits.py::test_the_same_said_again_after_the_minute_is_new_and_waits",
    ),
    guard(
        "a counter that is throttled stops no submission",
        Law.STORED,
        f"{CORE}limits.py",
        "            if error.maybe_done:\n                raise\n            return\n",
        "            raise error\n",
        f"{WHOLE}test_limits.py::test_a_counter_that_the_table_throttles_stops_no_submission",
    ),
    guard(
        "all spellings of a mailbox count as one",
        Law.ABUSE,
        f"{CORE}gate.py",
        "folded(email) if email else arrival.contact_id",
        "email or arrival.contact_id",
        f"{WHOLE}test_limits.py::test_the_sixth_for_one_mailbox_waits_however_it_is_spelt",
    ),
    guard(
        "who came first decides whether a repeat is held",
        Law.ABUSE,
        f"{CORE}capture.py",
        'claim.get("held", _signs(arrival.verdict))',
        "_signs(arrival.verdict)",
        f"{WHOLE}test_quarantine.py::test_who_came_first_decides_for_its_repeats_too",
    ),
    guard(
        "what a page adds is no part of what is said",
        Law.RETRY,
        f"{CORE}capture.py",
        "sorted(pair for pair in arrival.pairs if pair[0].lower() not in PROOFS)",
        "sorted(arrival.pairs)",
        f"{WHOLE}test_quarantine.py::test_a_page_that_is_shown_anew_adds_nothing_to_what_is_said",
    ),
    guard(
        "three points and a submission is held",
        Law.ABUSE,
        f"{CORE}spam.py",
        "HELD_FROM = 3\n",
        "HELD_FROM = 2\n",
        f"{UNIT}test_spam.py::test_two_points_are_not_held_and_three_are",
        f"{UNIT}test_spam.py::test_hardly_any_person_is_held_and_most_machines_are",
    ),
    guard(
        "a stamp is good for one form",
        Law.ABUSE,
        f"{CORE}stamps.py",
        'f"{door}\\n{shown}".encode()',
        "shown.encode()",
        f"{UNIT}test_stamps.py::test_a_stamp_of_another_form_or_changed_in_one_place_is_forged",
    ),
    guard(
        "a Turnstile token is of our site",
        Law.ABUSE,
        f"{CORE}turnstile.py",
        'is_ours = not hosts or answer.get("hostname") in hosts',
        "is_ours = True",
        f"{WHOLE}test_turnstile.py::test_a_token_that_is_bad_or_of_another_site_or_form_is_refused",
    ),
    guard(
        "a Turnstile token with another body is another attempt",
        Law.ABUSE,
        f"{CORE}turnstile.py",
        "json.dumps([token, sorted(pairs)])",
        "json.dumps([token])",
        f"{WHOLE}test_turnstile.py::test_a_token_is_good_once_and_for_the_same_again",
    ),
    guard(
        "without the provider fewer pass",
        Law.ABUSE,
        f"{CORE}gate.py",
        "                self.limits.count_unchecked(request.source_ip, arrival.door, now)\n",
        "",
        f"{WHOLE}test_turnstile.py::test_where_the_provider_cannot_tell_three_pass_in_a_minute",
    ),
    guard(
        "a fact that matters is due until somebody decided about it",
        Law.STORED,
        f"{CORE}records.py",
        "HEAL_AFTER = timedelta(minutes=10)",
        "HEAL_AFTER = timedelta(days=365)",
        f"{WHOLE}test_sweep.py::test_a_lost_doorbell_heals_after_ten_minutes_and_not_before",
    ),
    # ---- Two workers on one contact ----------------------------------------------------------------------------------
    Guard(
        "the standing is read before the facts",
        Law.FUNCTION,
        f"{CORE}refresh.py",
        (
            (
                "        before = self.contacts.standing(contact_id)\n",
                "        read = self.contacts.facts(contact_id)\n        before = self.contacts.standing(contact_id)\n",
            ),
            ("now, in_full=in_full)\n", "now, in_full=in_full)\n        past = replace(past, facts=read)\n"),
        ),
        (f"{WHOLE}test_score_batches.py::test_a_fact_that_another_worker_scored_between_the_two_reads_is_not_lost",),
    ),
    guard(
        "a worker that saw a new fact writes, though the numbers are the same",
        Law.FUNCTION,
        f"{CORE}refresh.py",
        "due_at=before.due_at) == before",
        "due_at=before.due_at, evidence=before.evidence) == before",
        f"{WHOLE}test_score_batches.py::test_a_fact_that_scores_nothing_is_still_seen",
    ),
    guard(
        "a standing is written over the version that was read, and no other",
        Law.FUNCTION,
        f"{CORE}contacts.py",
        'return "version = :seen", {":seen": before.version}',
        'return "version >= :seen OR version < :seen", {":seen": before.version}',
        f"{WHOLE}test_score_batches.py::test_a_slower_worker_does_not_write_over_a_newer_standing",
    ),
    guard(
        "a first standing is written only where there is none",
        Law.FUNCTION,
        f"{CORE}contacts.py",
        'return "attribute_not_exists(version)", None',
        'return "", None',
        f"{WHOLE}test_score_batches.py::test_a_slower_worker_does_not_write_over_a_newer_standing",
    ),
    guard(
        "a conflict is decided again from the start",
        Law.FUNCTION,
        f"{CORE}refresh.py",
        "standing, is_all = retry_conflicts(lambda: self._once(contact_id, now))",
        "standing, is_all = self._once(contact_id, now)",
        f"{WHOLE}test_score_batches.py::test_a_conflict_is_decided_again_at_once",
    ),
    guard(
        "of two colleagues who enter at once, the second starts over",
        Law.HEARD,
        f"{CORE}company_book.py",
        '("n = :seen", {":seen": seen}) if seen else ("attribute_not_exists(pk)", {})',
        '("n <> :seen OR n = :seen", {":seen": seen}) if seen else ("attribute_not_exists(sk) OR attribute_exists(sk)"'
        ", {})",
        f"{WHOLE}test_interleavings.py::test_no_order_of_two_colleagues_steps_leaves_one_without_the_other",
    ),
    # ---- One decision, one transaction -------------------------------------------------------------------------------
    Guard(
        "an alert is born in the transaction of its move",
        Law.ONE_ALERT,
        f"{CORE}contacts.py",
        (
            (
                '        writes += [put_write({"pk": pk, "sk": out.sk, **out.item}, "attribute_not_exists(pk)") '
                "for out in outgoing]\n",
                "",
            ),
            (
                "        self.table.transact([*writes, *also])\n",
                "        self.table.transact([*writes, *also])\n"
                "        for out in outgoing:\n"
                '            self.table.put({"pk": pk, "sk": out.sk, **out.item}, "attribute_not_exists(pk)")\n',
            ),
        ),
        (f"{WHOLE}test_score_batches.py::test_a_transaction_whose_answer_was_lost_is_not_done_twice",),
    ),
    Guard(
        "what was decided is marked so in the same transaction",
        Law.LOG,
        f"{CORE}contacts.py",
        (
            (
                "        writes += [update_write(pk, fact.key, *_unmark(no_moves.get(fact.id, "
                '""))) for fact in decided]\n',
                "",
            ),
            (
                "        self.table.transact([*writes, *also])\n",
                "        self.table.transact([*writes, *also])\n        self.mark_decided(contact_id, decided)\n",
            ),
        ),
        (f"{WHOLE}test_score_batches.py::test_a_transaction_whose_answer_was_lost_is_not_done_twice",),
    ),
    guard(
        "a move stands in the log once",
        Law.LOG,
        f"{CORE}contacts.py",
        'writes += [put_write({"pk": pk, **move_item(move)}, "attribute_not_exists(pk)") for move in moves]',
        "pass",
        f"{WHOLE}test_stored_items.py::test_move_and_alert_are_born_with_the_standing_or_not_at_all",
    ),
    guard(
        "a request makes an SQL once",
        Law.LOG,
        f"{CORE}lifecycle.py",
        "used_up = bool(asked) and until is not None and max(asked) <= until",
        "used_up = False",
        f"{UNIT}test_lifecycle.py::test_an_asked_again_request_makes_no_second_sql_when_the_operator_sets_the_stage_back",
    ),
    guard(
        "a move that the table does not have is refused",
        Law.TABLE,
        f"{CORE}lifecycle.py",
        "if after not in allowed_from(before, actor):",
        "if False:",
        f"{UNIT}test_lifecycle.py::test_a_move_is_in_the_table_or_is_refused_with_what_is_allowed",
    ),
    guard(
        "every move goes by the table",
        Law.TABLE,
        f"{CORE}decide.py",
        "    check_move(before.stage, after, by)\n",
        "",
        f"{UNIT}test_lifecycle.py::test_nobody_becomes_anonymous_again",
    ),
    guard(
        "a new model alone never alerts",
        Law.ONE_ALERT,
        f"{CORE}refresh.py",
        "may_enter_sql=may)",
        "may_enter_sql=True)",
        f"{WHOLE}test_publishing.py::test_a_model_alone_never_alerts_and_a_new_request_does_once",
    ),
    guard(
        "who qualified under the model before is let in by the new one",
        Law.ONE_ALERT,
        f"{CORE}publication.py",
        "(before is active.compiled or (before is not None and qualifies(facts, before)))",
        "before is active.compiled",
        f"{UNIT}test_publication.py::test_a_request_found_after_an_outage_enters_where_the_old_model_agrees",
    ),
    guard(
        "sales' contradiction does not undo a decision",
        Law.LOG,
        f"{CORE}sales_answers.py",
        "    same_answer(said, stands)\n",
        "",
        f"{WHOLE}test_sales_answers.py::test_the_opposite_answer_is_refused_with_what_stands",
    ),
    # ---- Deriving ----------------------------------------------------------------------------------------------------
    guard(
        "a fact that is there twice counts once",
        Law.FUNCTION,
        f"{CORE}counting.py",
        "ordered = distinct(facts)",
        "ordered = sorted(facts, key=lambda fact: (fact.happened_at, fact.id))",
        f"{UNIT}test_scoring.py::test_neither_order_nor_duplicates_nor_batches_change_anything",
    ),
    guard(
        "a contact that rings twice in a batch is looked at once",
        Law.FUNCTION,
        f"{CORE}doorbells.py",
        "return [Ring(contact, number) for contact, number in first.items()]",
        'return [Ring(contact_of(each["dynamodb"]["Keys"]["pk"]["S"]), each["dynamodb"]["SequenceNumber"]) '
        "for each in records]",
        f"{WHOLE}test_score_batches.py::test_many_facts_of_one_contact_in_one_batch_are_one_look",
    ),
    guard(
        "a machine's fact scores nothing",
        Law.FUNCTION,
        f"{CORE}counting.py",
        "if fact.trust is Trust.MACHINE or (reset_at is not None and fact.happened_at <= reset_at):",
        "if reset_at is not None and fact.happened_at <= reset_at:",
        f"{UNIT}test_scoring.py::test_a_machines_fact_scores_nothing_and_asks_for_nothing",
    ),
    guard(
        "interest starts anew where sales gave a contact back",
        Law.FUNCTION,
        f"{CORE}counting.py",
        "if fact.trust is Trust.MACHINE or (reset_at is not None and fact.happened_at <= reset_at):",
        "if fact.trust is Trust.MACHINE:",
        f"{UNIT}test_scoring.py::test_what_happened_before_the_reset_is_no_interest_any_more_and_fit_stays",
    ),
    guard(
        "a fact counts as long as it is kept, and no longer",
        Law.FUNCTION,
        f"{CORE}counting.py",
        "if fact.happened_at.toordinal() > first[fact.type]]",
        "if first[fact.type] is not None]",
        f"{UNIT}test_scoring.py::test_what_somebody_told_us_counts_as_long_as_the_fact_that_told_it",
    ),
    guard(
        "nothing is sealed that waits for a decision",
        Law.FUNCTION,
        f"{CORE}snapshots.py",
        "    if waiting < bound:\n",
        "    if False:\n",
        f"{UNIT}test_snapshots.py::test_nothing_is_sealed_from_the_first_fact_on_that_waits_for_a_decision",
    ),
    guard(
        "only days are sealed that no door files under any more",
        Law.FUNCTION,
        f"{CORE}snapshots.py",
        "SEALED_AFTER_DAYS = 4",
        "SEALED_AFTER_DAYS = 1",
        f"{UNIT}test_snapshots.py::test_what_was_filed_in_the_last_four_days_stays_open_since_a_door_may_still_file_there",
    ),
    guard(
        "what was counted on another basis is read again",
        Law.FUNCTION,
        f"{CORE}contacts.py",
        "if snapshot is not None and snapshot.basis == basis:",
        "if snapshot is not None:",
        f"{WHOLE}test_long_histories.py::test_a_new_link_reads_everything_again",
    ),
    guard(
        "what a cap takes off is a reason of its own",
        Law.REASONS,
        f"{CORE}scoring.py",
        '            reasons.append(_limit(f"{group_id}-limit", f"{group.label} limited to {group.cap}", -over))\n',
        "            in_group.clear()\n",
        f"{UNIT}test_scoring.py::test_a_groups_cap_is_a_reason_of_its_own",
    ),
    guard(
        "consent follows the order in which words reached us",
        Law.FUNCTION,
        f"{CORE}counting.py",
        "key=AS_RECEIVED).type",
        "key=lambda fact: (fact.happened_at, fact.id)).type",
        f"{UNIT}test_objection.py::test_the_newest_word_by_receipt_decides_and_a_machines_never_counts",
    ),
    guard(
        "the day on which time alone changes something is looked for",
        Law.FUNCTION,
        f"{CORE}timers.py",
        "        if later.grade != standing.grade or earned(standing, later, model.model.mql) is not stage:\n",
        "        if False:\n",
        f"{UNIT}test_refresh.py::test_the_bound_is_the_first_day_on_which_the_grade_or_the_stage_changes",
    ),
    # ---- One contact holds up no other -------------------------------------------------------------------------------
    guard(
        "a contact that cannot be derived is parked",
        Law.STORED,
        f"{CORE}doorbells.py",
        "        parking.park(contact_id, error, now)\n        return True\n",
        '        raise Unavailable("it cannot be derived") from error\n',
        f"{WHOLE}test_score_batches.py::test_a_poisoned_contact_is_parked_and_holds_up_nobody",
    ),
    guard(
        "a batch comes again from its lowest unfinished record",
        Law.STORED,
        f"{CORE}doorbells.py",
        "sorted(failures, key=int)",
        "sorted(failures)",
        f"{WHOLE}test_score_batches.py::test_the_batch_comes_again_from_its_first_contact_left",
    ),
    guard(
        "a record whose contact was not done is reported",
        Law.STORED,
        f"{CORE}doorbells.py",
        "            failures.append(ring.sequence_number)\n",
        "",
        f"{WHOLE}test_score_batches.py::test_a_transaction_that_never_goes_through_comes_again",
    ),
    # ---- Mails -------------------------------------------------------------------------------------------------------
    guard(
        "a mail is claimed by one sender",
        Law.ONE_ALERT,
        f"{CORE}outbox.py",
        'unchanged = "#state = :pending AND body = :body"',
        'unchanged = "(#state = :pending OR #state <> :pending) AND body = :body"',
        f"{WHOLE}test_delivery.py::test_two_senders_at_once_send_one_mail",
    ),
    guard(
        "a mail that was told anew is not sent with its old words",
        Law.OBJECTION,
        f"{CORE}outbox.py",
        'unchanged = "#state = :pending AND body = :body"',
        'unchanged = "#state = :pending AND (body = :body OR body <> :body)"',
        f"{WHOLE}test_objection.py::test_who_read_a_mail_before_it_was_told_anew_cannot_send_it",
    ),
    guard(
        "a receipt settles the mail of its number alone",
        Law.ONE_ALERT,
        f"{CORE}outbox.py",
        '"#number = :number AND #state <> :sent",',
        '"(#number = :number OR attribute_exists(pk)) AND #state <> :sent",',
        f"{WHOLE}test_erasure.py::test_a_late_receipt_settles_no_mail_that_stands_in_the_place_of_the_erased_one",
    ),
    guard(
        "no mail is sent about who was erased",
        Law.ERASED,
        f"{CORE}outbox.py",
        '"STANDING", "attribute_exists(stage)"',
        '"STANDING", "attribute_exists(pk)"',
        f"{WHOLE}test_late_facts.py::test_a_mail_about_an_erased_contact_is_not_sent",
    ),
    guard(
        "a publish is attempted once",
        Law.ONE_ALERT,
        f"{CORE}delivery.py",
        '"total_max_attempts": 1',
        '"total_max_attempts": 3',
        f"{WHOLE}test_delivery.py::test_sns_is_asked_exactly_once",
    ),
    guard(
        "a publish without an answer may have gone out",
        Law.ONE_ALERT,
        f"{CORE}delivery.py",
        "maybe_done=not isinstance(error, _NOT_TAKEN)",
        "maybe_done=False",
        f"{WHOLE}test_delivery.py::test_a_lost_answer_is_settled_by_the_receipt",
    ),
    guard(
        "a claim whose lease has ended may have gone out",
        Law.ONE_ALERT,
        f"{CORE}due.py",
        "                outbox.unknown(letter, now)\n",
        '                outbox.again(letter, now, seen="claimed")\n',
        f"{WHOLE}test_delivery.py::test_a_claim_is_left_alone_for_its_lease_and_unknown_after_it",
    ),
    guard(
        "what may have gone out waits until no receipt is left to read",
        Law.ONE_ALERT,
        f"{CORE}due.py",
        '(letter.state == "unknown" and drained)',
        'letter.state == "unknown"',
        f"{WHOLE}test_delivery.py::test_while_the_receipt_queue_does_not_answer_nothing_goes_out_a_second_time",
    ),
    guard(
        "what may have gone out waits a quarter of an hour for its receipt",
        Law.ONE_ALERT,
        f"{CORE}outbox.py",
        "SETTLE_AFTER = timedelta(minutes=15)",
        "SETTLE_AFTER = timedelta(minutes=1)",
        f"{WHOLE}test_delivery.py::test_without_a_receipt_it_is_sent_once_more_under_the_same_number",
    ),
    guard(
        "a look into the receipt queue asks all of its servers",
        Law.ONE_ALERT,
        f"{CORE}deliver.py",
        "wait_seconds=1 if to_the_end else 0",
        "wait_seconds=0",
        f"{WHOLE}test_delivery.py::test_a_look_into_the_receipt_queue_asks_all_of_its_servers",
    ),
    guard(
        "one address gets no more than two mails a second",
        Law.ONE_ALERT,
        f"{CORE}pacing.py",
        '_IS_FREE = "attribute_not_exists(pk) OR next_at <= :now"',
        '_IS_FREE = "attribute_not_exists(pk) OR next_at <= :now OR next_at > :now"',
        f"{WHOLE}test_pacing.py::test_an_address_is_free_again_after_half_a_second_and_not_before",
    ),
    guard(
        "a subscription that nobody confirmed is no reader",
        Law.HEARD,
        f"{CORE}delivery.py",
        ' and subscription["SubscriptionArn"].startswith("arn:")',
        "",
        f"{WHOLE}test_delivery.py::test_without_a_confirmed_reader_it_goes_to_the_default_inbox",
    ),
    guard(
        "where a rep reads nothing the default inbox does",
        Law.HEARD,
        f"{CORE}deliver.py",
        "for topic in dict.fromkeys((wanted or default, default)):",
        "for topic in (wanted or default,):",
        f"{WHOLE}test_delivery.py::test_a_rep_who_reads_nothing_does_not_swallow_the_alert",
    ),
    guard(
        "a form that keeps its submissions from people keeps no question from them",
        Law.HEARD,
        f"{CORE}events.py",
        " or fact.means in (QUESTION, REQUEST):\n        return fact.type in BY_FORM",
        ":\n        return False",
        f"{UNIT}test_events.py::test_a_form_may_make_every_submission_heard_or_none_but_no_question",
    ),
    guard(
        "a file that keeps questions from people is refused",
        Law.HEARD,
        f"{CORE}forms_file.py",
        "if self.copy_ == NEVER and (",
        "if not self.copy_ and (",
        f"{UNIT}test_forms_file.py::test_nobody_who_asks_is_kept_from_people",
        f"{UNIT}test_forms_file.py::test_nobody_who_has_a_field_to_write_in_is_kept_from_people",
    ),
    guard(
        "a fact says itself who hears of it",
        Law.HEARD,
        f"{CORE}forms.py",
        'copy = {} if self.copy == "unqualified" else {"copy": self.copy}',
        "copy: dict[str, str] = {}",
        f"{WHOLE}test_configured_forms.py::test_who_hears_of_a_registration_is_the_owners_to_say",
    ),
    guard(
        "what is no alert is a message copy",
        Law.HEARD,
        f"{CORE}notices.py",
        "            notices.append(Notice(Heard.COPY, fact, _why_copy(fact, after, derived)))\n",
        "            pass\n",
        f"{UNIT}test_lifecycle.py::test_a_question_is_a_copy_without_a_reason_before_and_after_a_request",
    ),
    guard(
        "a mail is due until it went out",
        Law.HEARD,
        f"{CORE}outbox.py",
        '"due_at": stamp(now + RETRY_AFTER),',
        '"due_at": stamp(now + timedelta(days=365)),',
        f"{WHOLE}test_sweep.py::test_a_lost_doorbell_of_a_mail_heals_after_a_minute",
    ),
    # ---- Links and pages ---------------------------------------------------------------------------------------------
    guard(
        "a page that is only opened changes no mail",
        Law.GET,
        "functions/sales/app.py",
        "    if letter is None or",
        '    outbox.sent(pk, sk, number, "", now())\n    if letter is None or',
        f"{WHOLE}test_alert_page.py::test_opening_it_moves_nothing_however_often",
    ),
    guard(
        "a door takes a POST alone",
        Law.GET,
        "functions/newsletter/app.py",
        '@app.post("/newsletter")',
        '@app.route("/newsletter", method=["GET", "POST"])',
        f"{WHOLE}test_doors.py::test_a_door_that_is_opened_like_a_page_stores_nothing[newsletter]",
    ),
    guard(
        "a link says what it was signed for",
        Law.WORDS,
        f"{CORE}links.py",
        "if not hmac.compare_digest(proof, _proof(secret, payload)):",
        "if False:",
        f"{UNIT}test_links.py::test_a_link_of_another_stack_is_no_link",
    ),
    guard(
        "a link for one thing opens no other",
        Law.GET,
        f"{CORE}links.py",
        "if found != purpose or now",
        "if now",
        f"{UNIT}test_links.py::test_a_link_for_something_else_is_no_link",
    ),
    guard(
        "a visitor's words cannot become a link",
        Law.WORDS,
        f"{CORE}wording.py",
        'return _LINKED.sub("[.]", kept.replace("://", "[:]//"))',
        "return kept",
        f"{UNIT}test_alerts.py::test_links_are_broken_and_names_are_not",
    ),
    guard(
        "a visitor's words hold no control or direction characters",
        Law.WORDS,
        f"{CORE}wording.py",
        'kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)',
        "kept = text",
        f"{UNIT}test_alerts.py::test_control_direction_and_invisible_characters_become_a_space",
    ),
    guard(
        "a visitor's words are fenced",
        Law.WORDS,
        f"{CORE}wording.py",
        'return [f"> {line}" for line in lines]',
        "return lines",
        f"{UNIT}test_alerts.py::test_their_words_are_fenced_line_by_line_with_the_fields_we_have_no_name_for",
    ),
    guard(
        "a subject says what was asked in our own words",
        Law.WORDS,
        f"{CORE}wording.py",
        'return ASKED.get(str(asks), "wrote to us")',
        "return str(asks)",
        f"{UNIT}test_alerts.py::test_what_they_asked_for_comes_from_our_words_alone",
    ),
    guard(
        "a country in a subject is two letters",
        Law.WORDS,
        f"{CORE}alerts.py",
        'return code if len(code) == 2 and code.isascii() and code.isalpha() and code.isupper() else ""',
        "return code",
        f"{UNIT}test_alerts.py::test_the_subject_leaves_out_what_is_not_known",
    ),
    guard(
        "a visitor's words on a page are escaped",
        Law.WORDS,
        f"{CORE}pages.py",
        "autoescape=True",
        "autoescape=False",
        f"{UNIT}test_pages.py::test_everything_on_a_page_is_escaped",
    ),
    guard(
        "a form leads back to listed sites alone",
        Law.WORDS,
        f"{CORE}redirects.py",
        'return _ascii(wanted) if f"{parts.scheme}://{parts.netloc}" in origins else ""',
        "return _ascii(wanted)",
        f"{UNIT}test_redirects.py::test_nothing_leads_a_visitor_elsewhere",
    ),
    guard(
        "a visitor cannot say what only we may say",
        Law.WORDS,
        f"{CORE}submissions.py",
        '        fields[f"x_{name}"] = kept\n',
        "        fields[name] = kept\n",
        f"{UNIT}test_submissions.py::test_a_visitor_cannot_say_what_only_we_may_say",
    ),
    # ---- Refused where it enters -------------------------------------------------------------------------------------
    guard(
        "a word that a model does not know is refused",
        Law.UNKNOWN,
        f"{CORE}syntax.py",
        'extra="forbid"',
        'extra="ignore"',
        f"{UNIT}test_rules.py::test_a_mistake_is_refused_with_its_place",
    ),
    guard(
        "a fact of an unknown type is an error",
        Law.UNKNOWN,
        f"{CORE}counting.py",
        "    except KeyError as error:\n"
        "        raise InvalidFact(f\"unknown fact type {error}; known: {', '.join(FACT_TYPES)}\") from None\n",
        "    except KeyError:\n        return []\n",
        f"{UNIT}test_scoring.py::test_an_unknown_fact_is_an_error_and_never_nothing",
    ),
    # ---- Objection and erasure ---------------------------------------------------------------------------------------
    guard(
        "who objects is not profiled",
        Law.OBJECTION,
        f"{CORE}scoring.py",
        "return _not_profiled(derived, model.model.personas[0]) if tally.objected else derived",
        "return derived",
        f"{UNIT}test_objection.py::test_an_objection_takes_score_grade_reasons_and_profile_away",
    ),
    guard(
        "no mail is written without an objection that waits",
        Law.OBJECTION,
        f"{CORE}decide.py",
        "later = {fact.id for fact in left if fact.type not in (OBJECTED, ALLOWED)}",
        "later = {fact.id for fact in left}",
        f"{UNIT}test_objection.py::test_what_waits_is_never_decided_without_an_objection_that_came_after_a_persons_word",
    ),
    guard(
        "a mail about who objects says what the form says",
        Law.OBJECTION,
        f"{CORE}alerts.py",
        "    if occasion.derived.objected:\n",
        "    if False:\n",
        f"{UNIT}test_objection.py::test_the_mail_says_what_this_form_says_and_nothing_else",
    ),
    guard(
        "a fact of before the erasure stays gone",
        Law.ERASED,
        f"{CORE}refresh.py",
        "erased_at is not None and fact.happened_at <= erased_at",
        "False",
        f"{WHOLE}test_late_facts.py::test_a_fact_of_before_the_erasure_is_ignored",
    ),
    guard(
        "a fact of before the erasure is deleted",
        Law.ERASED,
        f"{CORE}refresh.py",
        "        self.contacts.delete(contact_id, erased)\n",
        "",
        f"{WHOLE}test_late_facts.py::test_a_fact_of_before_the_erasure_is_deleted_and_leaves_nothing_due",
    ),
    guard(
        "a worker that read a contact before its erasure starts over",
        Law.ERASED,
        f"{CORE}contacts.py",
        'numbers = {"version": before.version + 1, "moves": before.moves}',
        'numbers = {"version": before.version, "moves": before.moves}',
        f"{WHOLE}test_erasure.py::test_a_worker_that_counts_one_more_page_view_starts_over_too",
    ),
    guard(
        "after an erasure no qualification gets a number again",
        Law.ERASED,
        f"{CORE}contacts.py",
        'numbers |= {"cycle": before.cycle, "cycles_erased": before.cycle}',
        'numbers |= {"cycle": 0, "cycles_erased": 0}',
        f"{WHOLE}test_erasure.py::test_the_receipt_of_an_erased_mail_says_nothing_of_a_new_one",
    ),
)
