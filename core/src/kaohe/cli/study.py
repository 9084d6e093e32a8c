"""``kaohe explain`` and ``kaohe whatif``: one figure down to its rows, and what a change would make."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from kaohe import assumptions, explanation, folder, study, whatif
from kaohe.cli.common import add, contract_in, day, month, received_on, region_and_contract, today
from kaohe.report.explaining import explained
from kaohe.scoring import Situation

if TYPE_CHECKING:
    from kaohe.cli.common import Commands

EXPLAIN = """\
Example:
  kaohe explain jiyuan-2026 2026-03 4.5 plugins/jiyuan/sample
tells what the clause says, what was measured, what it costs and why, which instalment bears it, and the cells of
the uploads that every number came from.
"""
WHATIF = """\
Examples:
  kaohe whatif DIR --set survey.satisfied@2026-04=5000
  kaohe whatif DIR --set calls.answered_within_15s@2026-03-05=280 --set complaint.verified@2026-03=0
  kaohe whatif DIR --reading partial-point=started
  kaohe whatif DIR --reading connect-target=percentage:0.95
Nothing is stored: only the difference is shown. A fact is assumed as if the uploads had said so all along, which is how
a corrected upload is scored: an instalment that was paid by the old figures may come out short. A kind of event is set
to how often it happened in the month, dated its last day. A reading is assumed for all months; what was paid is still
held against the rulings of its day. What an upload may not say cannot be assumed either.
"""


def register(commands: Commands) -> None:
    """Add the commands."""
    parser = add(commands, "explain", explain, "one figure, from the clause to the rows it came from", EXPLAIN)
    parser.add_argument("contract", metavar="CONTRACT", help="a contract id such as jiyuan-2026, or its region")
    parser.add_argument("month", type=month, metavar="YYYY-MM", help="the month")
    parser.add_argument("clause", metavar="CLAUSE", help="the clause's number, such as 4.5")
    parser.add_argument("dir", type=Path, metavar="DIR", help="the folder that holds 'submissions'")
    parser.add_argument("--as-of", type=day, metavar="DATE", help="the day for which it is asked")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser = add(commands, "whatif", what_if, "what would changed facts or readings make?", WHATIF)
    parser.add_argument("dir", type=Path, metavar="DIR", help="the folder that holds 'submissions'")
    parser.add_argument("--contract", metavar="ID", help="which contract, where the folder holds several")
    parser.add_argument(
        "--set", action="append", default=[], metavar="MEASURE[@WHEN]=VALUE", help="a fact (repeatable)"
    )
    parser.add_argument("--month", type=month, metavar="YYYY-MM", help="the month of settings that name none")
    parser.add_argument("--reading", action="append", default=[], metavar="NAME=OPTION[:RATE]", help="(repeatable)")
    parser.add_argument("--as-of", type=day, metavar="DATE", help="the day for which it is asked")
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def explain(arguments: argparse.Namespace) -> int:
    """Explain one clause in one month."""
    region, contract = region_and_contract(arguments.contract)
    if arguments.contract not in (contract.id, contract.label):
        contract = region.contract_for(arguments.month)
    contract.clause(arguments.clause)
    submissions = folder.read_folder(arguments.dir, received_on(arguments)).submissions
    situation = Situation.of(region, contract, submissions, arguments.as_of)
    found = explanation.explain(situation, arguments.month, arguments.clause, submissions)
    if arguments.json:
        print(_json(found.model_dump(mode="json")))
        return 0
    place = arguments.dir if arguments.dir.name != folder.ROOT else arguments.dir.parent
    received = received_on(arguments)
    print(explained(found, situation.contract, place, received if received > today() else None))
    return 0


def what_if(arguments: argparse.Namespace) -> int:
    """Show the difference that assumptions make."""
    found = folder.read_folder(arguments.dir, received_on(arguments))
    region, contract = contract_in(found, arguments.contract)
    settings = [assumptions.parse_setting(text, region.catalogue, arguments.month) for text in arguments.set]
    readings = [assumptions.parse_reading(text) for text in arguments.reading]
    situation = Situation.of(region, contract, found.submissions, arguments.as_of)
    difference = whatif.what_if(situation, found.submissions, settings, readings)
    print(_json(difference.model_dump(mode="json")) if arguments.json else study.compared(difference, contract))
    return 0


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)
