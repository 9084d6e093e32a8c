"""kaohe (考核): scores the outsourcing contracts of government hotlines.

What stands here is what a region's package may use; everything else is core's own business.
"""

from kaohe.assessment import Assessment, Deduction, Kpi, Part, State
from kaohe.calendar import add_working_days, is_working_day, working_days
from kaohe.catalogue import AUTHORITY, VENDOR, Catalogue, EventKind, Measure, Refinement, Source
from kaohe.clauses import Clause
from kaohe.contract import Contract
from kaohe.errors import MissingFacts, RulingNeeded
from kaohe.exact import decimal_text
from kaohe.facts import Facts
from kaohe.hookspecs import API_VERSION, hookimpl
from kaohe.money import running, show, split, yuan
from kaohe.monthfacts import MonthFacts
from kaohe.payable import Instalment, Liability, SettledInstalment, Settlement
from kaohe.periods import Month, Term, Window
from kaohe.readings import Choice
from kaohe.records import Counted
from kaohe.results import Condition, Renewal, Termination
from kaohe.rulebook import Rulebook
from kaohe.rules import (
    Charge,
    Count,
    Daily,
    Level,
    Points,
    Ratio,
    Terms,
    per_day,
    per_event,
    per_point_above,
    per_point_below,
    percent,
    points,
)
from kaohe.settlement import schedule
from kaohe.submission import Event
from kaohe.yamlfile import load_contract

__all__ = [
    "API_VERSION",
    "AUTHORITY",
    "VENDOR",
    "Assessment",
    "Catalogue",
    "Charge",
    "Choice",
    "Clause",
    "Condition",
    "Contract",
    "Count",
    "Counted",
    "Daily",
    "Deduction",
    "Event",
    "EventKind",
    "Facts",
    "Instalment",
    "Kpi",
    "Level",
    "Liability",
    "Measure",
    "MissingFacts",
    "Month",
    "MonthFacts",
    "Part",
    "Points",
    "Ratio",
    "Refinement",
    "Renewal",
    "Rulebook",
    "RulingNeeded",
    "SettledInstalment",
    "Settlement",
    "Source",
    "State",
    "Term",
    "Termination",
    "Terms",
    "Window",
    "add_working_days",
    "decimal_text",
    "hookimpl",
    "is_working_day",
    "load_contract",
    "per_day",
    "per_event",
    "per_point_above",
    "per_point_below",
    "percent",
    "points",
    "running",
    "schedule",
    "show",
    "split",
    "working_days",
    "yuan",
]
