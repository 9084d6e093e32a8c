"""``python -m kaohe_local.bundle``: look into the functions as built, before anybody deploys them.

A bundle that lost an entry point would take in nothing of that region, one that is too big is refused by Lambda only
at the end of a deployment, and one that was not compiled starts slowly for ever: none of it shows in a build's log.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

from kaohe.errors import UsageError
from kaohe.plugins import GROUP

from kaohe_local.template import BESIDE

MOST = 262_144_000
"""Bytes that Lambda takes unpacked, which it calls 250 MB."""
PLUGINS = BESIDE.parents[1] / "plugins"
USELESS = frozenset({"bin", "pip", "setuptools", "test", "tests", "conftest.py", "direct_url.json"})
"""Names of files and folders that no function needs."""
UNCHECKED = (0b01).to_bytes(4, "little")
"""The flags of a ``.pyc`` that Python takes without a look at its source (PEP 552)."""


def main(arguments: list[str]) -> int:
    """Print one line for each bundle and each fault; gives 0 if there is no fault."""
    folder, version = Path(arguments[0]), arguments[1]
    found = bundles(folder)
    wrong = [f"{bundle}: {fault}" for bundle in found for fault in faults(bundle, version)]
    for bundle in found:
        print(f"{bundle}: {size(bundle) / 2**20:.0f} MB of {MOST / 2**20:.0f} MB; {', '.join(sorted(regions(bundle)))}")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def bundles(folder: Path) -> tuple[Path, ...]:
    """The bundles that ``sam build`` left in a folder.

    Raises:
        UsageError: there is none.
    """
    found = tuple(sorted(path for path in folder.glob("*Function") if path.is_dir()))
    if not found:
        raise UsageError(f"there is no function in {folder}: run 'make build'")
    return found


def faults(bundle: Path, version: str) -> Iterator[str]:
    """What is wrong with a bundle.

    Args:
        bundle: the folder.
        version: the Python that it is for, such as ``3.13``.
    """
    if size(bundle) > MOST:
        yield f"it has {size(bundle)} bytes, and Lambda takes {MOST}: leave out what no function needs"
    if (there := regions(bundle)) != (here := offered(PLUGINS)):
        yield f"it offers {there}, and plugins/ offers {here}: the plugins have to be installed as wheels"
    for path in _useless(bundle):
        yield f"{path} is of no use in it"
    for path in _uncompiled(bundle, version):
        yield f"{path} has no unchecked .pyc of Python {version}"


def size(bundle: Path) -> int:
    """Bytes of all its files."""
    return sum(path.stat().st_size for path in _files(bundle))


def regions(bundle: Path) -> dict[str, str]:
    """The regions that a bundle offers, read back from its metadata as the plugins are found: name → module."""
    every = (point for found in distributions(path=[str(bundle)]) for point in found.entry_points)
    return {point.name: point.value for point in every if point.group == GROUP}


def offered(plugins: Path) -> dict[str, str]:
    """The regions that the sources offer: name → module."""
    settings = (tomllib.loads(file.read_text(encoding="utf-8")) for file in plugins.glob("*/pyproject.toml"))
    return {name: value for found in settings for name, value in found["project"]["entry-points"][GROUP].items()}


def _files(bundle: Path) -> Iterator[Path]:
    return (path for path in bundle.rglob("*") if path.is_file())


def _useless(bundle: Path) -> Iterator[Path]:
    return (path.relative_to(bundle) for path in bundle.rglob("*") if path.name in USELESS)


def _uncompiled(bundle: Path, version: str) -> Iterator[Path]:
    for source in bundle.rglob("*.py"):
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-{version.replace('.', '')}.pyc"
        if not compiled.is_file() or compiled.read_bytes()[4:8] != UNCHECKED:
            yield source.relative_to(bundle)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
