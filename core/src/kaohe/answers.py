"""What a plugin's answers must hold to beyond their types, so that no money is lost or made on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from kaohe.assessment import Deduction
from kaohe.contract import Contract
from kaohe.errors import meant
from kaohe.money import ZERO, show
from kaohe.payable import Instalment, Liability
from kaohe.results import Condition, Termination

Wrong = tuple[str, str]
"""A problem and its remedy."""


def wrong_deductions(contract: Contract, deductions: Sequence[Deduction]) -> Iterator[Wrong]:
    """Deductions under no clause of the contract, no money or below zero, or two for one indicator and window."""
    listed = {clause.no for clause in contract.clauses}
    for deduction in deductions:
        if deduction.clause not in listed:
            yield (
                f"cites clause {deduction.clause}, which {contract.id} does not list",
                "cite a clause of contract.yaml",
            )
        if deduction.amount is not None and not _to_the_fen(deduction.amount):
            yield f"deducts {deduction.amount!r} under clause {deduction.clause}", "give yuan to the fen: kaohe.yuan(…)"
        elif deduction.amount is not None and deduction.amount < 0:
            yield f"deducts {deduction.amount} under clause {deduction.clause}", "a deduction is never below zero"
    for (clause, code, label), times in Counter((d.clause, d.code, d.window.label) for d in deductions).items():
        if times > 1:
            yield f"returned {times} deductions under {clause} for {code} in {label}", "give each a code of its own"


def _to_the_fen(amount: object) -> bool:
    """Whether an amount is money; what ``model_copy`` puts into a deduction may be anything."""
    return isinstance(amount, Decimal) and amount.as_tuple().exponent == -2


def wrong_cites(
    contract: Contract, answers: Iterable[Instalment | Liability | Termination | Condition]
) -> Iterator[Wrong]:
    """Answers under no clause of the contract."""
    listed = {clause.no for clause in contract.clauses}
    for answer in answers:
        if answer.clause not in listed:
            problem = f"cites clause {answer.clause}, which {contract.id} does not list"
            yield problem, f"cite a clause of contract.yaml{meant(answer.clause, listed)}"


def wrong_instalments(contract: Contract, instalments: Sequence[Instalment]) -> Iterator[Wrong]:
    """Instalments under no clause, below zero, two of one number, or more in sum than the contract's price."""
    yield from wrong_cites(contract, instalments)
    for instalment in instalments:
        if instalment.gross is not None and instalment.gross < 0:
            yield f"instalment {instalment.no} is {show(instalment.gross)}", "an instalment is never below zero"
    if len({instalment.no for instalment in instalments}) < len(instalments):
        yield "two instalments have one number", "number them from 1"
    if (
        gross := sum((i.gross if i.gross is not None else i.at_least or ZERO for i in instalments), ZERO)
    ) > contract.total:
        problem = f"the instalments come to {show(gross)}, the contract's total is {show(contract.total)}"
        yield problem, "share the total out with kaohe.split"
