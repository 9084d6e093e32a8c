"""Core's own answers to the hooks that a region need not implement. Registered first, so a region's win."""

from __future__ import annotations

from kaohe.catalogue import Catalogue
from kaohe.hookspecs import hookimpl
from kaohe.results import Renewal


@hookimpl(trylast=True)
def measures() -> Catalogue:
    """No measures beyond core's."""
    return Catalogue.of()


@hookimpl(trylast=True)
def renewal_eligibility() -> Renewal:
    """A contract without a renewal clause says neither yes nor no."""
    return Renewal(conclusion="not provided for", note="the contract has no renewal clause: neither yes nor no")
