"""What clerks did to files by mistake, and that they are told what to do, once."""

from typing import Any

import pytest


@pytest.mark.parametrize("sign", ["无", "/", "-", "—", "没有"])
def test_a_sign_for_nothing_is_answered_with_zero_only_where_zero_is_meant(demo: Any, sign: str) -> None:
    rows = [["指标", "数值"], ["参评数", sign], ["满意数", 0], ["平均时长", sign]]
    needed, optional = demo.faults("a.csv", demo.csv(rows))
    assert "没有发生的请填0" in needed.message
    assert "请留空" in optional.message
    assert "0" not in optional.message


def test_null_is_answered_alike(demo: Any) -> None:
    needed, optional = demo.faults("a.json", demo.json(measures={"参评数": None, "平均时长": None}))
    assert "填0" in needed.message
    assert "填0" not in optional.message
