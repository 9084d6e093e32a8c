"""Contracts in short: the closing table of the demo."""

from __future__ import annotations

from pathlib import Path

from kaohe import folder
from kaohe.plugins import load_region
from kaohe.scoring import Situation
from kaohe.stakes import stakes
from kaohe.text import width
from kaohe_local.demo import overview
from kaohe_local.demo.story import find

ROOT = Path(__file__).parents[3]


def result(region: str) -> overview.Result:
    (story,) = find(ROOT, region)
    loaded = load_region(region)
    contract = loaded.contract(story.script.contract)
    uploads = folder.read_folder(story.folder, story.script.today).submissions
    situation = Situation.of(loaded, contract, uploads)
    return overview.Result(contract, situation.document(), stakes(situation))


def test_all_contracts_stand_side_by_side() -> None:
    results = [result("jiyuan"), result("haidian")]
    lines = overview.portfolio(results).splitlines()
    assert [line.split()[0] for line in lines[-2:]] == ["jiyuan-2026", "haidian-2022"]
    assert "1,399,680.00" in lines[-2]
    assert "6,695,568.00" in lines[-1]
    assert max(map(width, lines)) <= 118


def test_a_contract_in_short_tells_every_month_and_the_readings_with_most_money() -> None:
    found = result("haidian")
    assert len(overview.months(found.document).splitlines()) == 4 + len(found.document.assessments)
    listed = overview.readings(found.stakes).splitlines()
    assert found.stakes.readings[0].reading in listed[4]
