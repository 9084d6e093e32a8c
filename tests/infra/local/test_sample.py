"""The samples are what their scripts write; Jiyuan's is taken in whole, and nobody is in it."""

import json
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from kaohe.catalogue import VENDOR
from kaohe.errors import Refused, UsageError
from kaohe.folder import read_file, read_folder
from kaohe_local.demo.story import Story, find
from kaohe_local.template import BESIDE

PLUGINS = BESIDE.parents[1] / "plugins"
SAMPLE = PLUGINS / "jiyuan" / "sample"
RECEIVED = date(2027, 1, 20)


def content(folder: Path) -> dict[str, bytes]:
    """Every generated file; a workbook or zip by its parts, for compression is the library's own affair."""
    found: dict[str, bytes] = {}
    for file in sorted(folder.glob("*/**/*.*")):
        name = file.relative_to(folder).as_posix()
        if not name.startswith(("submissions/", "refused/", "replaced/", "late/")):
            continue
        if file.suffix in (".xlsx", ".zip"):
            with zipfile.ZipFile(file) as packed:
                found |= {f"{name}!{i.filename} {i.date_time}": packed.read(i) for i in packed.infolist()}
        else:
            found[name] = file.read_bytes()
    return found


@pytest.mark.parametrize("sample", sorted(PLUGINS.glob("*/sample")), ids=lambda sample: sample.parent.name)
def test_its_script_writes_it_again(sample: Path, tmp_path: Path) -> None:
    script = sample / "make.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, timeout=60)
    made, kept = content(tmp_path), content(sample)
    stale = sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))
    assert not stale, f"what a template or the script says has changed: python {script} {sample}"


def test_all_of_it_is_taken_in() -> None:
    folder = read_folder(SAMPLE, RECEIVED)
    assert folder.refused == {}
    assert {str(submission.month) for submission in folder.submissions} == {f"2026-{n:02}" for n in range(1, 13)}
    assert {submission.month.month for submission in folder.submissions if submission.source is VENDOR} == {
        *range(1, 11),
        12,
    }, "the vendor never sends November"
    assert {Path(submission.name).suffix for submission in folder.submissions} == {".xlsx", ".csv", ".json", ".zip"}


def test_april_at_first_has_six_slips_of_six_kinds() -> None:
    (file,) = (SAMPLE / "refused").iterdir()
    with pytest.raises(Refused) as caught:
        read_file(file, f"submissions/jiyuan/vendor/2026-04/{file.name}", RECEIVED)
    codes = sorted(fault.code for fault in caught.value.faults)
    assert codes == ["missing-value", "negative", "not-a-number", "other-month", "part-above-whole", "part-above-whole"]


def test_september_at_first_is_taken_in_too_and_another_takes_its_place() -> None:
    (file,) = (SAMPLE / "replaced").iterdir()
    key = f"submissions/jiyuan/vendor/2026-09/{file.name}"
    first, second = (read_file(path, key, RECEIVED) for path in (file, SAMPLE / key))
    differing = {was.code for was, now in zip(first.figures, second.figures, strict=True) if was.value != now.value}
    assert differing == {"calls.offered"}


def test_the_story_names_files_that_are_there() -> None:
    story = find(BESIDE.parents[1], "jiyuan")[0]
    assert story.script.today == RECEIVED
    sent = [key for chapter in story.script.chapters for key, _ in story.uploads(chapter)]
    posted = [story.file(path) for chapter in story.script.chapters for path in chapter.post]
    good = {submission.key for submission in read_folder(SAMPLE, RECEIVED).submissions}
    assert {*sent, *(file.relative_to(SAMPLE).as_posix() for file in posted)} == good


@pytest.mark.parametrize("wanted", ["submissions/none/*", {"file": "none.xlsx", "key": "submissions/a"}])
def test_a_story_that_names_a_missing_file_says_which(tmp_path: Path, wanted: object) -> None:
    script = {"contract": "c", "today": "2026-09-08", "chapters": [{"title": "t", "text": "t", "upload": [wanted]}]}
    (tmp_path / "story.yaml").write_text(json.dumps(script), encoding="utf-8")
    story = Story(tmp_path / "story.yaml")
    with pytest.raises(UsageError, match="the sample has no file"):
        list(story.uploads(story.script.chapters[0]))


def test_a_file_that_is_no_story_is_refused(tmp_path: Path) -> None:
    (tmp_path / "story.yaml").write_text("contract: c", encoding="utf-8")
    with pytest.raises(UsageError, match=r"story\.yaml is not a story: .*today"):
        Story(tmp_path / "story.yaml")


def test_nobody_is_in_it() -> None:
    for name, data in content(SAMPLE).items():
        if not name.partition("!")[2].startswith(("xl/styles", "xl/theme")):
            assert not re.search(rb"(?<![\d.])1[3-9]\d{9}(?!\d)", data), f"a telephone number in {name}"
