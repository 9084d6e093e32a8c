"""What the vendor owes beyond deductions, and the rights to end Haidian's contract. Nothing here is netted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kaohe import Contract, Event, Facts, Liability, State, Termination, show, yuan

PENALTIES = {
    "breach.uncured": ("10.2", "failing to perform after the period of grace"),
    "secrecy.breach": ("10.3", "breach of secrecy"),
}
FINES = {
    "fire.fine_person": ("A1.3.2", "fine on the person at fault"),
    "fire.fine_company": ("A1.4", "fine on the company"),
    "fire.fine_uncured": ("A1.5.2", "fine on the company for a hazard not cured in a week"),
}
REFUND = "besides the penalty the fees received for what was not performed go back; the authority settles how much"


def penalties(contract: Contract, facts: Facts, as_of: date) -> Iterator[Liability]:
    """Clauses 10.2 and 10.3: a share of the price for each breach that the authority reports."""
    for event in _until(facts, as_of):
        if event.kind not in PENALTIES:
            continue
        no, told = PENALTIES[event.kind]
        share = contract.clause(no).value("share", event.on)
        each = yuan(share * contract.total)
        formula = f"{told} of {event.on}: {event.count} × {share} × {show(contract.total)} = {show(event.count * each)}"
        yield Liability(
            clause=no,
            party="vendor",
            amount=event.count * each,
            state=State.FINAL,
            formula=formula,
            notes=(REFUND,) if no == "10.2" else (),
        )


def fines(contract: Contract, facts: Facts, as_of: date) -> Iterator[Liability]:
    """Annex 1: the fines that the authority set, recorded; one without an amount has only its floor."""
    for event in _until(facts, as_of):
        if event.kind in FINES:
            yield _fine(contract, event)


def _fine(contract: Contract, event: Event) -> Liability:
    no, told = FINES[event.kind]
    told = f"{told}, {event.ref or event.on}"
    notes = ("recorded only: not netted against the price",)
    if event.amount is None:
        least = contract.clause(no).value("least", event.on)
        formula = f"{told}: open, the authority has set no amount (at least {event.count} × {show(least)})"
        return Liability(clause=no, party="vendor", amount=None, state=State.NEEDS_RULING, formula=formula, notes=notes)
    total = event.count * event.amount
    formula = f"{told}: {event.count} × {show(event.amount)} = {show(total)}"
    return Liability(clause=no, party="vendor", amount=total, state=State.FINAL, formula=formula, notes=notes)


def rights_to_end(facts: Facts, as_of: date) -> Iterator[Termination]:
    """Clauses 3.1.9, 10.2 and, where the authority found it severe, 10.3."""
    for event in _until(facts, as_of):
        match event.kind, event.option:
            case "payroll.breach", _:
                yield _right("3.1.9", event, "wages, overtime or social insurance not paid as prescribed")
            case "breach.uncured", _:
                yield _right("10.2", event, PENALTIES[event.kind][1])
            case "secrecy.breach", "severe":
                yield _right("10.3", event, "a severe breach of secrecy")


def _right(clause: str, event: Event, detail: str) -> Termination:
    named = f" ({event.ref})" if event.ref else ""
    return Termination(clause=clause, party="authority", since=event.on, detail=f"{detail}{named}")


def _until(facts: Facts, as_of: date) -> Iterator[Event]:
    return (sourced.event for sourced in facts.events if sourced.event.on <= as_of)
