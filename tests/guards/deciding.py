"""Two workers on one contact, one decision in one transaction, and one contact that holds up no other."""

from tests.guards.edits import instead_of, without
from tests.guards.guard import PROOF, UNIT, WHOLE, Guard, Law, guard

DECIDING: tuple[Guard, ...] = (
    guard(
        "a fact that matters is due until somebody decided about it",
        Law.STORED,
        "leadbell.contacts.items:HEAL_AFTER",
        instead_of("timedelta(minutes=10)", "timedelta(days=365)"),
        f"{WHOLE}test_sweep.py::test_a_lost_doorbell_heals_after_ten_minutes_and_not_before",
    ),
    guard(
        "the standing is read before the facts",
        Law.FUNCTION,
        "leadbell.qualify.refresh:Refresher._once",
        instead_of(
            "before = self.contacts.standing(contact_id)",
            "read = self.contacts.facts(contact_id); before = self.contacts.standing(contact_id)",
        )
        + instead_of(
            "past = self.reader.read_settled(look, in_full=in_full)",
            "past = self.reader.read_settled(look, in_full=in_full); past = replace(past, facts=read)",
        ),
        f"{WHOLE}test_score_batches.py::test_a_fact_that_another_worker_scored_between_the_two_reads_is_not_lost",
    ),
    guard(
        "a worker that saw a new fact writes, though the numbers are the same",
        Law.FUNCTION,
        "leadbell.qualify.refresh:same",
        instead_of(
            "replace(now_is, as_of=was.as_of, due_at=was.due_at)",
            "replace(now_is, as_of=was.as_of, due_at=was.due_at, evidence=was.evidence)",
        ),
        f"{WHOLE}test_score_batches.py::test_a_fact_that_scores_nothing_is_still_seen",
    ),
    guard(
        "a standing is written over the version that was read, and no other",
        Law.FUNCTION,
        "leadbell.contacts.store:_still",
        instead_of('"version = :seen"', '"version >= :seen OR version < :seen"'),
        f"{WHOLE}test_score_batches.py::test_a_slower_worker_does_not_write_over_a_newer_standing",
    ),
    guard(
        "a first standing is written only where there is none",
        Law.FUNCTION,
        "leadbell.contacts.store:_still",
        instead_of('"attribute_not_exists(version)"', '""'),
        f"{WHOLE}test_score_batches.py::test_a_slower_worker_does_not_write_over_a_newer_standing",
    ),
    guard(
        "a conflict is decided again from the start",
        Law.FUNCTION,
        "leadbell.qualify.refresh:Refresher.refresh",
        instead_of("retry_conflicts(lambda: self._once(contact_id, now))", "self._once(contact_id, now)"),
        f"{WHOLE}test_score_batches.py::test_a_conflict_is_decided_again_at_once",
    ),
    guard(
        "of two colleagues who enter at once, the second starts over",
        Law.HEARD,
        "leadbell.sales.colleague_index:_raised",
        instead_of('"n = :seen"', '"n <> :seen OR n = :seen"')
        + instead_of('"attribute_not_exists(pk)"', '"attribute_not_exists(sk) OR attribute_exists(sk)"'),
        f"{PROOF}test_interleavings.py::test_no_order_of_two_colleagues_steps_leaves_one_without_the_other",
    ),
    guard(
        "an alert is born in the transaction of its move",
        Law.ONE_ALERT,
        "leadbell.contacts.store:Contacts.save",
        instead_of(
            "self.table.transact([put_write(standing, *still), *_writes(pk, change)])",
            """
            self.table.transact([put_write(standing, *still), *_writes(pk, replace(change, outgoing=()))])
            for out in change.outgoing:
                self.table.put({"pk": pk, "sk": out.sk, **out.item}, "attribute_not_exists(pk)")
            """,
        ),
        f"{WHOLE}test_score_batches.py::test_a_transaction_whose_answer_was_lost_is_not_done_twice",
    ),
    guard(
        "what was decided is marked so in the same transaction",
        Law.LOG,
        "leadbell.contacts.store:Contacts.save",
        instead_of(
            "self.table.transact([put_write(standing, *still), *_writes(pk, change)])",
            """
            self.table.transact([put_write(standing, *still), *_writes(pk, replace(change, decided=()))])
            self.mark_decided(contact_id, change.decided)
            """,
        ),
        f"{WHOLE}test_score_batches.py::test_a_transaction_whose_answer_was_lost_is_not_done_twice",
    ),
    guard(
        "a move stands in the log once",
        Law.LOG,
        "leadbell.contacts.store:_writes",
        without("""
            yield from (put_write({"pk": pk, **move_item(move)}, "attribute_not_exists(pk)") for move in change.moves)
            """),
        f"{WHOLE}test_stored_items.py::test_move_and_alert_are_born_with_the_standing_or_not_at_all",
    ),
    guard(
        "what is read after a claim is looked through for claims again",
        Law.FUNCTION,
        "leadbell.qualify.reading:Reader.read_settled",
        instead_of("not past.claims", "claimed or not past.claims"),
        f"{WHOLE}test_long_histories.py::test_a_form_that_comes_while_a_browser_is_claimed_claims_its_own_too",
    ),
    guard(
        "a request makes an SQL once",
        Law.LOG,
        "leadbell.lifecycle.obstacles:_is_new",
        instead_of("until is None or at > until", "True"),
        f"{UNIT}lifecycle/test_stages.py::test_an_asked_again_request_makes_no_second_sql_when_the_operator_sets_the_stage_back",
    ),
    guard(
        "a move that the table does not have is refused",
        Law.TABLE,
        "leadbell.lifecycle.stages:check_move",
        instead_of("after not in allowed_from(before, actor)", "False"),
        f"{UNIT}lifecycle/test_stages.py::test_a_move_is_in_the_table_or_is_refused_with_what_is_allowed",
    ),
    guard(
        "every move goes by the table",
        Law.TABLE,
        "leadbell.lifecycle.decide:_moved",
        without("check_move(before.stage, after, by)"),
        f"{UNIT}lifecycle/test_stages.py::test_nobody_becomes_anonymous_again",
    ),
    guard(
        "a new model alone never alerts",
        Law.ONE_ALERT,
        "leadbell.qualify.refresh:Refresher._decide",
        instead_of("may_enter_sql=may", "may_enter_sql=True"),
        f"{WHOLE}test_publishing.py::test_a_model_alone_never_alerts_and_a_new_request_does_once",
    ),
    guard(
        "who qualified under the model before is let in by the new one",
        Law.ONE_ALERT,
        "leadbell.lifecycle.new_model:may_enter_sql",
        without("before is not None and qualifies(facts, before)"),
        f"{UNIT}lifecycle/test_new_model.py::test_a_request_found_after_an_outage_enters_where_the_old_model_agrees",
    ),
    guard(
        "sales' contradiction does not undo a decision",
        Law.LOG,
        "leadbell.sales.answers:take_answer",
        without("same_answer(said, stands)"),
        f"{WHOLE}test_sales_answers.py::test_the_opposite_answer_is_refused_with_what_stands",
    ),
    guard(
        "who accepts a lead second is told who has it",
        Law.LOG,
        "leadbell.lifecycle.dispositions:same_answer",
        instead_of("said.by != before.by", "False"),
        f"{WHOLE}test_sales_command.py::"
        "test_who_accepts_second_is_refused_and_told_who_has_the_lead_since_when_and_how_to_hand_it_over",
    ),
    guard(
        "a contact that cannot be derived is parked",
        Law.STORED,
        "leadbell.qualify.batches:refresh_or_park",
        instead_of(
            """
            parking.park(contact_id, error, now)
            return True
            """,
            'raise Unavailable("it cannot be derived") from error',
        ),
        f"{WHOLE}test_score_batches.py::test_a_poisoned_contact_is_parked_and_holds_up_nobody",
    ),
    guard(
        "a batch comes again from its lowest unfinished record",
        Law.STORED,
        "leadbell.qualify.batches:refresh_all",
        without("key=int"),
        f"{WHOLE}test_score_batches.py::test_the_batch_comes_again_from_its_first_contact_left",
    ),
    guard(
        "a record whose contact was not done is reported",
        Law.STORED,
        "leadbell.qualify.batches:refresh_all",
        without("failures.append(ring.sequence_number)"),
        f"{WHOLE}test_score_batches.py::test_a_transaction_that_never_goes_through_comes_again",
    ),
)
