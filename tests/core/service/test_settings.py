"""The environment, and the day of a rehearsal."""

from datetime import date

import pytest
from kaohe.errors import StoreError
from kaohe.service import Service
from kaohe.settings import Settings

from tests.core.service import testia
from tests.core.service.house import NOON, House, upload

GIVEN = {"KAOHE_BUCKET": "some-bucket", "KAOHE_TABLE": "some-table"}


def test_the_environment_says_where_things_are() -> None:
    service = Service.from_settings(Settings.load({**GIVEN, "KAOHE_TODAY": "2026-04-01"}))
    assert (service.bucket.name, service.table.name, service.today) == ("some-bucket", "some-table", date(2026, 4, 1))
    assert Settings.load({**GIVEN, "KAOHE_TODAY": ""}).today is None


@pytest.mark.parametrize(
    ("wrong", "named"), [({"KAOHE_TABLE": ""}, "KAOHE_TABLE"), ({"KAOHE_TODAY": "now"}, "KAOHE_TODAY")]
)
def test_what_is_missing_or_wrong_is_named(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(StoreError, match=named):
        Settings.load({**GIVEN, **wrong})


def test_in_a_rehearsal_uploads_count_as_received_on_its_day(house: House) -> None:
    house.today = date(2026, 3, 1)
    assert house.send("2026-03", rated=100, satisfied=97).submission.status == "refused"
    house.today = date(2026, 4, 1)
    assert (
        house.send("2026-03", at=NOON.replace(year=2026, month=1), rated=1, satisfied=1).submission.status == "accepted"
    )


@pytest.mark.parametrize("hook", ["contracts", "compute_deductions"])
def test_a_repeat_while_the_plugin_is_still_broken_writes_nothing(house: House, hook: str) -> None:
    testia.BROKEN.add(hook)
    key, data = upload("2026-03", rated=100, satisfied=97)
    version = house.put(key, data)
    assert house.receive(key, version, received_at=NOON).submission.status == "plugin-error"
    before = house.items()
    assert not house.receive(key, version, received_at=NOON).changed
    assert house.items() == before
