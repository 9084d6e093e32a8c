"""The same uploads give the same document, bit for bit, on whatever machine, on whatever day, in whatever order.

Every child process reads the sample years from their files, as they came, and says the digest of each document. They
differ in all that a machine may differ in: the seed of hashes, the time zone, the locale, the encoding of files and
of the terminal, assertions on or off, the working directory, the day on which the files count as received, the order
of the files. The nightly profile of hypothesis has them read the samples of all regions; ``KAOHE_PYTHONS`` names
further interpreters, separated as in ``PATH``, on which kaohe is installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from hypothesis import settings

NIGHTLY = settings.get_current_profile_name() == "nightly"
SAMPLES = sorted((Path(__file__).parents[2] / "plugins").glob("*/sample"))[: None if NIGHTLY else 2]
SCORE = """
import json, random, sys
from datetime import date
from pathlib import Path
from kaohe.folder import read_folder
from kaohe.model import digest
from kaohe.plugins import load_region
from kaohe.scoring import derive

found = {}
for sample in json.loads(sys.argv[1]):
    folder = read_folder(Path(sample), date.fromisoformat(sys.argv[2]))
    assert not folder.broken, folder.broken
    submissions = folder.submissions * 2
    random.Random(sys.argv[3]).shuffle(submissions)
    region = load_region(submissions[0].region)
    for contract in region.contracts:
        document = derive(region, contract, submissions)
        found[contract.id] = [digest(document.model_dump(mode="json")), len(document.assessments)]
print(json.dumps(found))
"""


class Machine(NamedTuple):
    """What one child finds."""

    variables: Mapping[str, str] = MappingProxyType({})
    options: tuple[str, ...] = ()
    python: str = sys.executable
    received_on: str = "2027-06-30"
    order: str = "1"


ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
MACHINES = (
    Machine(),
    Machine({"PYTHONHASHSEED": "0", "TZ": "Pacific/Kiritimati"}, order="2"),
    Machine({"PYTHONHASHSEED": "4242", "TZ": "Pacific/Pago_Pago"}, received_on="2031-12-31", order="3"),
    Machine({"LC_ALL": "zh_CN.GB18030", "TZ": "Asia/Shanghai", "PYTHONUTF8": "1"}, ("-O",), order="4"),
    Machine({"PYTHONHASHSEED": "1", **ASCII}, ("-X", "int_max_str_digits=640"), order="5"),
    *(Machine(python=path) for path in os.environ.get("KAOHE_PYTHONS", "").split(os.pathsep) if path),
)


def start(machine: Machine, folder: Path) -> subprocess.Popen[str]:
    arguments = [json.dumps([str(sample) for sample in SAMPLES]), machine.received_on, machine.order]
    command = [machine.python, *machine.options, "-c", SCORE, *arguments]
    environment = {**os.environ, **machine.variables}
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


def test_the_sample_years_have_the_same_digest_everywhere(tmp_path: Path) -> None:
    running = [start(machine, tmp_path) for machine in MACHINES]
    answers = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * len(MACHINES)
    first, *others = [json.loads(answer) for answer in answers]
    assert others == [first] * len(others)
    assert min(months for _, months in first.values()) > 0
    assert len(first) >= len(SAMPLES)
