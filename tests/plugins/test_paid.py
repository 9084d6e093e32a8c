"""Every region: who pays what is due on its day is never late, whatever is ruled or found later; all adds up."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kaohe.catalogue import AUTHORITY
from kaohe.contract import Contract
from kaohe.folder import read_folder
from kaohe.money import ZERO
from kaohe.payable import Settlement
from kaohe.plugins import load_region, region_names
from kaohe.readings import Choice
from kaohe.scoring import Situation
from kaohe.submission import Event, Submission

PLUGINS = Path(__file__).parents[2] / "plugins"
MONEY = {"payment.made", "ruling"}
each_region = pytest.mark.parametrize("name", region_names())


@cache
def year(name: str) -> tuple[Contract, tuple[Submission, ...]]:
    """A region's sample without its payments and rulings."""
    uploads = read_folder(PLUGINS / name / "sample", date(2100, 1, 1)).submissions
    kept = (u.model_copy(update={"events": tuple(e for e in u.events if e.kind not in MONEY)}) for u in uploads)
    return load_region(name).contracts[0], tuple(kept)


def situation(name: str, events: Sequence[Event], as_of: date) -> Situation:
    contract, uploads = year(name)
    said = {"region": name, "month": contract.term.months[-1], "source": AUTHORITY, "name": "said", "sha256": ""}
    told = [Submission.model_validate({**said, "events": tuple(events)})] if events else []
    return Situation.of(load_region(name), contract, [*uploads, *told], as_of)


def settled(name: str, events: Sequence[Event], as_of: date) -> Settlement:
    return situation(name, events, as_of).document(only=()).settlement


def last_day(name: str) -> date:
    """A day after all that the contract has to say, whose working days are known."""
    return year(name)[0].term.last + timedelta(days=60)


def payments(name: str, events: Sequence[Event]) -> Iterator[Event]:
    """Each instalment paid to the fen on its last day, as known on it; with that of earlier ones paid before."""
    made: list[Event] = []
    for planned in settled(name, events, last_day(name)).instalments:
        day = planned.due or planned.earliest or year(name)[0].term.first
        known = [event for event in events if event.on <= day]
        if (net := settled(name, [*known, *made], day).instalments[planned.no - 1].net) is None:
            continue
        made.append(Event(kind="payment.made", on=day, instalment=planned.no, amount=net))
        yield made[-1]


def in_order(found: Settlement, made: Sequence[Event]) -> None:
    """Nothing that was paid is late, and everything adds up."""
    paid = {event.instalment: event for event in made}
    for i in found.instalments:
        if i.no in paid:
            assert (i.state, i.late_since) == ("paid", None)
            owed = ZERO if i.net is None else i.net - (paid[i.no].amount or 0)
            assert i.outstanding == max(owed, ZERO), "what was paid too much is no debt of the authority"
        assert i.net is None or i.gross == i.net + i.deducted
    taken = sum((i.deducted for i in found.instalments), Decimal(0))
    assert taken + found.carried + found.claim == found.deductions


def rulings(name: str) -> st.SearchStrategy[list[Event]]:
    """Some rulings, each on a day in or after the term and holding from its first day."""
    contract = year(name)[0]
    options = [(r, o) for r, found in contract.readings.items() for o, x in found.options.items() if not x.parameter]
    days = st.dates(contract.term.first, last_day(name))

    def ruled(chosen: tuple[str, str], on: date) -> Event:
        return Event(kind="ruling", on=on, since=contract.term.first, reading=chosen[0], option=chosen[1])

    return st.lists(st.builds(ruled, st.sampled_from(options), days), min_size=1, max_size=3)


@each_region
@settings(max_examples=2)
@given(st.data())
def test_who_pays_what_is_due_on_its_day_is_never_late(name: str, data: st.DataObject) -> None:
    events = data.draw(rulings(name))
    made = list(payments(name, events))
    in_order(settled(name, [*events, *made], last_day(name)), made)


@each_region
def test_no_reading_that_is_assumed_makes_what_was_paid_late(name: str) -> None:
    made = list(payments(name, []))
    paid, now = {event.instalment for event in made}, situation(name, made, last_day(name))
    in_order(now.document(only=()).settlement, made)
    for reading, found in year(name)[0].readings.items():
        for option, content in found.options.items():
            if content.parameter is None:
                other = now.assuming(reading, Choice(option=option)).document(only=()).settlement
                assert {i.no for i in other.instalments if i.state == "paid"} >= paid
                assert not [i.no for i in other.instalments if i.late_since and i.paid_on]
