"""Core's own answers to the hooks that a region need not implement. Registered first, so a region's win."""

from __future__ import annotations

from collections.abc import Sequence

from kaohe.catalogue import Catalogue
from kaohe.hookspecs import hookimpl
from kaohe.payable import Liability
from kaohe.results import Renewal, Termination


@hookimpl(trylast=True)
def measures() -> Catalogue:
    """No measures beyond core's."""
    return Catalogue.of()


@hookimpl(trylast=True)
def renewal_eligibility() -> Renewal:
    """A contract without a renewal clause says neither yes nor no."""
    return Renewal(conclusion="not provided for", note="合同没有续签条款，不能说可以续签，也不能说不可以")


@hookimpl(trylast=True)
def liabilities() -> Sequence[Liability]:
    """Nothing beyond what late payment costs."""
    return ()


@hookimpl(trylast=True)
def terminations() -> Sequence[Termination]:
    """No right to end the contract but what late payment gives."""
    return ()
