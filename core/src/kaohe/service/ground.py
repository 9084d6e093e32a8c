"""One region as a sweep sees it: its contracts, and each object of the bucket with the record that it should have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kaohe import intake
from kaohe.errors import NotFound, PluginError, Refused
from kaohe.plugins import Region, load_region
from kaohe.service.findings import Finding, Kind
from kaohe.service.placing import Place, place_of
from kaohe.service.receiving import Delivery, blank
from kaohe.store import History, SubmissionStatus, stray_partition

ROOT = "submissions/"
PLUGIN_ERROR = SubmissionStatus.PLUGIN_ERROR


@dataclass(frozen=True)
class Ground:
    """A region, as far as it can be used.

    Attributes:
        name: its name, as keys have it.
        region: the region; None where none of that name is installed, or its plugin cannot be loaded.
        problem: why its plugin cannot be loaded.
    """

    name: str
    region: Region | None = None
    problem: str = ""

    @classmethod
    def of(cls, name: str) -> Ground:
        """The region of that name."""
        try:
            return cls(name, load_region(name))
        except NotFound:
            return cls(name)
        except PluginError as error:
            return cls(name, problem=str(error))

    @property
    def contracts(self) -> tuple[str, ...]:
        """The ids of its contracts."""
        return tuple(contract.id for contract in self.region.contracts) if self.region else ()

    def place(self, key: str) -> Place:
        """Where an upload belongs; a plugin that cannot be loaded is not tried again for each."""
        if self.region is None:
            try:
                return Place(stray_partition(self.name), key, intake.parse_key(key))
            except Refused:
                pass
        return place_of(key)


@dataclass(frozen=True, eq=False)
class Held:
    """One object of the bucket, and where it belongs.

    Attributes:
        history: all that the bucket keeps of it.
        place: where it belongs.
        ground: its region.
        upload: what the ids of its records begin with.
    """

    history: History
    place: Place
    ground: Ground
    upload: str

    @classmethod
    def of(cls, history: History, ground: Ground) -> Held:
        """The object of that history."""
        place = ground.place(history.key)
        delivery = Delivery(history.key, None, history.newest.modified)
        return cls(history, place, ground, blank(place, "", delivery, PLUGIN_ERROR).upload)

    @property
    def record(self) -> str:
        """The id of the record that its newest version should have."""
        return self.upload + self.history.newest.id

    @property
    def records(self) -> Iterator[str]:
        """The ids of the records of all its versions."""
        return (self.upload + version.id for version in self.history.versions)

    def kind(self, statuses: Mapping[str, Mapping[str, SubmissionStatus]]) -> Kind | None:
        """What is not as it should be; None where nothing is. Takes no account of how lately it came."""
        match statuses[self.place.partition].get(self.record):
            case SubmissionStatus.PLUGIN_ERROR:
                return Kind.WAITING
            case None if self._waits_as_stray(statuses):
                return Kind.STUCK
            case None:
                return Kind.UNTOLD if self._is_untold else Kind.MISSING
            # Without versions, a content that came back has the record that it had the first time.
            case SubmissionStatus.SUPERSEDED if self.history.newest.version_id is None:
                return Kind.MISSING
            case SubmissionStatus.ACCEPTED if self.history.deleted:
                return Kind.DELETED
        return None

    def _waits_as_stray(self, statuses: Mapping[str, Mapping[str, SubmissionStatus]]) -> bool:
        """Whether it waits where it was put while the plugin could not be loaded."""
        return statuses[stray_partition(self.ground.name)].get(self.record) is PLUGIN_ERROR

    @property
    def _is_untold(self) -> bool:
        return bool(self.ground.problem) and self.place.address is not None

    def finding(self, kind: Kind) -> Finding:
        """The finding that says so."""
        newest = self.history.newest
        return Finding(
            kind=kind,
            partition=self.place.partition,
            key=self.history.key,
            version=newest.id,
            since=newest.modified,
        )
