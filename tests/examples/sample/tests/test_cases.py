import pytest
from kaohe.testing import Case, load_cases, load_region, run_case

REGION = load_region("sample")


@pytest.mark.parametrize("case", load_cases(REGION.package), ids=lambda case: case.name)
def test_case(case: Case) -> None:
    assert run_case(REGION, case) == []
