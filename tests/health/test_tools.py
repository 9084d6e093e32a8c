"""The tools at the root know every plugin that lies in ``plugins``."""

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PLUGINS = sorted(file.parent for file in ROOT.glob("plugins/*/pyproject.toml"))


def settings(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))


def packages() -> list[str]:
    """The packages that the plugins' entry points name."""
    points = [settings(folder)["project"]["entry-points"]["kaohe.regions"] for folder in PLUGINS]
    return [module.partition(".")[0] for offered in points for module in offered.values()]


def test_types_are_checked_in_every_plugin() -> None:
    path = settings(ROOT)["tool"]["mypy"]["mypy_path"].split(":")
    assert sorted(entry for entry in path if entry.startswith("plugins/")) == [
        f"plugins/{folder.name}/src" for folder in PLUGINS
    ]


def test_imports_are_checked_in_every_plugin() -> None:
    linter = settings(ROOT)["tool"]["importlinter"]
    assert PLUGINS
    assert set(packages()) == set(linter["root_packages"]) - {"kaohe", "kaohe_local"}
    (aws,) = [rule for rule in linter["contracts"] if rule["id"] == "aws"]
    assert set(packages()) == set(aws["source_modules"]) - {"kaohe"}


def test_a_plugin_is_named_after_its_folder() -> None:
    for folder in PLUGINS:
        offered = settings(folder)["project"]["entry-points"]["kaohe.regions"]
        assert list(offered) == [folder.name]
        package = offered[folder.name].partition(".")[0]
        assert (folder / "src" / package / "contract.yaml").is_file()
