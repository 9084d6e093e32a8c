"""What `make build` looks for in each bundle, on the real ones and on small ones that are wrong."""

import subprocess
from importlib.metadata import distributions
from pathlib import Path

import pytest
from kaohe.errors import UsageError
from kaohe_local import bundle as module
from kaohe_local.built import Built
from kaohe_local.bundle import bundles, faults, main, offered, regions, size
from kaohe_local.functions import TYPE
from kaohe_local.template import BESIDE, Template

ROOT = BESIDE.parents[1]


def test_every_function_of_the_template_is_bundled_without_a_fault(built: Built) -> None:
    found = bundles(built.functions)
    assert {path.name for path in found} == {resource.logical for resource in Template.read().of_type(TYPE)}
    assert {path.name: list(faults(path, built.version)) for path in found} == {path.name: [] for path in found}


def test_the_regions_read_back_are_those_of_the_plugins(built: Built) -> None:
    for path in bundles(built.functions):
        assert regions(path) == offered(ROOT / "plugins")


def test_the_pins_and_nothing_else_are_bundled(built: Built) -> None:
    pins = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0] for line in pins if "==" in line}
    ours = {"kaohe", *(f"kaohe-{name}" for name in offered(ROOT / "plugins"))}
    for path in bundles(built.functions):
        names = {found.metadata["Name"].lower().replace("_", "-") for found in distributions(path=[str(path)])}
        assert names == pinned | ours


def test_botocore_describes_the_services_that_the_roles_name_and_no_others(built: Built) -> None:
    for path in bundles(built.functions):
        described = {entry.name for entry in (path / "botocore" / "data").iterdir() if entry.is_dir()}
        assert {"dynamodb", "s3"} <= described
        assert len(described) < 10


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle with one region, and the plugin that offers it."""
    monkeypatch.setattr(module, "PLUGINS", tmp_path / "plugins")
    plugin, found = tmp_path / "plugins" / "testia", tmp_path / "built" / "XFunction"
    metadata, compiled = found / "kaohe_testia-0.1.0.dist-info", found / "__pycache__"
    for folder in (plugin, metadata, compiled):
        folder.mkdir(parents=True)
    (plugin / "pyproject.toml").write_text('[project.entry-points."kaohe.regions"]\ntestia = "kaohe_testia.plugin"\n')
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: kaohe-testia\nVersion: 0.1.0\n")
    (metadata / "entry_points.txt").write_text("[kaohe.regions]\ntestia = kaohe_testia.plugin\n")
    (found / "app.py").write_text("")
    (compiled / "app.cpython-313.pyc").write_bytes(b"\xf3\r\r\n" + bytes([1, 0, 0, 0]) + bytes(8))
    return found


def test_a_bundle_without_a_fault_is_stated_with_its_size(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(small.parent), "3.13"]) == 0
    assert capsys.readouterr().out.endswith("XFunction: 0 MB of 250 MB; testia\n")


def test_a_bundle_may_be_as_big_as_lambda_takes_and_no_bigger(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", size(small))
    assert not list(faults(small, "3.13"))
    monkeypatch.setattr(module, "MOST", size(small) - 1)
    assert len(list(faults(small, "3.13"))) == 1


def test_a_lost_entry_point_is_told(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small / "kaohe_testia-0.1.0.dist-info" / "entry_points.txt").unlink()
    assert main([str(small.parent), "3.13"]) == 1
    assert "plugins/ offers {'testia': 'kaohe_testia.plugin'}" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["tests", "bin", "pip"])
def test_what_no_function_needs_is_told(small: Path, name: str) -> None:
    (small / "kaohe" / name).mkdir(parents=True)
    assert list(faults(small, "3.13")) == [f"kaohe/{name} is of no use in it"]


def test_what_is_not_compiled_for_the_python_of_the_functions_is_told(small: Path) -> None:
    assert list(faults(small, "3.12")) == ["app.py has no unchecked .pyc of Python 3.12"]
    (small / "__pycache__" / "app.cpython-313.pyc").write_bytes(b"\xf3\r\r\n" + bytes(12))
    assert list(faults(small, "3.13")) == ["app.py has no unchecked .pyc of Python 3.13"]


def test_a_folder_without_bundles_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="run 'make build'"):
        bundles(tmp_path)


@pytest.mark.parametrize("python", ["", "python-that-is-not-there", ".venv/bin/python"])
def test_only_the_python_of_the_functions_compiles_for_them(python: str) -> None:
    """The last is refused because it says so: 2.0 is no Python of this machine."""
    command = ["make", "python-fits", f"LAMBDA_PYTHON={python}", "LAMBDA_RUNTIME=2.0"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert told.returncode != 0
    assert "the functions run on Python 2.0" in told.stderr
    assert f"'{python}'" in told.stderr
