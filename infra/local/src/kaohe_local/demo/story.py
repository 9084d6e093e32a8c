"""A story: which files of a sample come in, in which order; ``story.yaml`` beside the sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from kaohe.errors import NotFound, UsageError
from kaohe.model import Record
from kaohe.yamlfile import load_yaml
from pydantic import ValidationError


class Renamed(Record):
    """A file that is uploaded under another key than its path.

    Attributes:
        file: its path in the sample.
        key: the key.
    """

    file: str
    key: str


class Chapter(Record):
    """What comes in together.

    Attributes:
        title: its title.
        text: what there is to know.
        upload: files for the bucket: paths or patterns below the sample, which are the keys as well.
        post: files of the authority's facts for the API.
    """

    title: str
    text: str
    upload: tuple[str | Renamed, ...] = ()
    post: tuple[str, ...] = ()


class Script(Record):
    """The content of a story.

    Attributes:
        contract: the contract it is about.
        today: the day on which uploads count as received.
        chapters: in order.
    """

    contract: str
    today: date
    chapters: tuple[Chapter, ...]


class Story:
    """A script and the folder that its files lie in.

    Attributes:
        folder: the sample.
        script: the script.
    """

    def __init__(self, file: Path) -> None:
        """Read it.

        Raises:
            UsageError: it is not a story.
        """
        self.folder = file.parent
        try:
            self.script = Script.model_validate(load_yaml(file.read_text(encoding="utf-8"), str(file)))
        except ValidationError as error:
            raise UsageError(f"{file} is not a story: {' '.join(str(error).split())}") from error

    def uploads(self, chapter: Chapter) -> Iterator[tuple[str, Path]]:
        """The files that a chapter uploads, with their keys.

        Raises:
            UsageError: a path or pattern has no file.
        """
        for wanted in chapter.upload:
            if isinstance(wanted, Renamed):
                yield wanted.key, self.file(wanted.file)
                continue
            found = sorted(self.folder.glob(wanted))
            if not found:
                raise UsageError(f"the sample has no file {wanted}")
            yield from ((file.relative_to(self.folder).as_posix(), file) for file in found)

    def file(self, path: str) -> Path:
        """One file of the sample.

        Raises:
            UsageError: it is not there.
        """
        if not (self.folder / path).is_file():
            raise UsageError(f"the sample has no file {path}")
        return self.folder / path


def find(root: Path, region: str | None = None) -> tuple[Story, ...]:
    """The stories to play.

    Args:
        root: the root of the repository.
        region: the folder of the region's plugin; None: all regions that have a story, by name.

    Raises:
        NotFound: there is none.
    """
    found = {file.parents[1].name: file for file in sorted(root.glob("plugins/*/sample/story.yaml"))}
    if not found or (region is not None and region not in found):
        raise NotFound(f"no story for {region or 'any region'} in {root}; there are: {', '.join(found) or 'none'}")
    return tuple(Story(found[name]) for name in ([region] if region else _longest_first(found)))


def _longest_first(found: Mapping[str, Path]) -> list[str]:
    """The story with the most chapters first: it is the one told in full."""
    return sorted(found, key=lambda name: -len(Story(found[name]).script.chapters))
