"""What the bucket says of one upload: its newest version that can be taken in, and why newer ones cannot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe import intake
from kaohe.calendar import day_in_china
from kaohe.errors import Refused
from kaohe.faults import Fault
from kaohe.service.placing import Place
from kaohe.store import Bucket, ObjectVersion, StoredFacts, SubmissionRecord, SubmissionStatus, fits
from kaohe.submission import Submission


@dataclass(frozen=True)
class Reading:
    """One version of an upload and what intake made of it.

    Attributes:
        version: the version.
        received_at: when it came in.
        submission: its facts; None where it was refused or could not be read for want of a plugin.
        failures: the list of its records that failed, as CSV; None where there is none.
        faults: why it was refused.
        sha256: digest of its content; None where it was not read.
        remedy: what is wrong with the plugin, where that kept it from being read.
    """

    version: ObjectVersion
    received_at: datetime
    submission: Submission | None = None
    failures: bytes | None = None
    faults: tuple[Fault, ...] = ()
    sha256: str | None = None
    remedy: str | None = None


@dataclass
class Reader:
    """Reads the versions of one upload; remembers what it read, so that a lost race does not read twice.

    Attributes:
        bucket: where the uploads are.
        place: where this one belongs.
        today: the day that uploads count as received on, in a rehearsal.
        patience: how long the reading may take; what takes longer is refused.
    """

    bucket: Bucket
    place: Place
    today: date | None = None
    patience: intake.Patience = field(default_factory=intake.Patience)
    _read: dict[tuple[str, datetime], Reading] = field(default_factory=dict)

    def newest(
        self,
        current: ObjectVersion,
        received_at: datetime,
        in_force: StoredFacts | None,
        known: Mapping[str, SubmissionRecord],
    ) -> Iterator[Reading]:
        """Versions from the current one down to the first that can be taken in or is in force already.

        So the facts in force are those of the newest good version that the bucket holds, whatever was delivered
        when: a bad version that came in before a good one was looked at does not hide the good one.
        Versions whose refusal is on record are not read again, except that a new delivery of the current one is.

        Args:
            current: the current version.
            received_at: when it came in.
            in_force: the facts in force for this upload.
            known: the records of its versions.
        """
        moments = chain([(current, received_at)], ((v, v.modified) for v in self._older(current, in_force)))
        for version, moment in moments:
            if in_force and version.id == in_force.version.id:
                return
            if self._on_record(version, moment, current, known):
                continue
            reading = self._once(version, moment)
            yield reading
            if not reading.faults:
                return

    def _older(self, current: ObjectVersion, in_force: StoredFacts | None) -> Iterator[ObjectVersion]:
        """Lazily: the bucket is only asked where the current version was refused."""
        if self.place.contract is None:
            return
        for version in self.bucket.older(self.place.key, current):
            if in_force and version.modified < in_force.version.modified:
                return
            yield version

    @staticmethod
    def _on_record(
        version: ObjectVersion, moment: datetime, current: ObjectVersion, known: Mapping[str, SubmissionRecord]
    ) -> bool:
        record = known.get(version.id)
        if record is None or record.status is not SubmissionStatus.REFUSED:
            return False
        return version.id != current.id or record.received_at == moment

    def _once(self, version: ObjectVersion, moment: datetime) -> Reading:
        asked = (version.id, moment)
        if asked not in self._read:
            self._read[asked] = self._look(version, moment)
        return self._read[asked]

    def _look(self, version: ObjectVersion, moment: datetime) -> Reading:
        if isinstance(self.place.problem, str):
            return Reading(version, moment, remedy=self.place.problem)
        sha256: list[str] = []
        try:
            upload = self._take_in(version, moment, sha256.append)
        except Refused as refused:
            return Reading(version, moment, faults=refused.faults, sha256=sha256[0] if sha256 else None)
        taken = upload.submission
        return Reading(version, moment, submission=taken, failures=upload.failures, sha256=taken.sha256)

    def _take_in(self, version: ObjectVersion, moment: datetime, tell: Callable[[str], None]) -> intake.Upload:
        if self.place.problem:
            assert isinstance(self.place.problem, Refused)
            raise self.place.problem
        address, region = self.place.address, self.place.region
        assert address is not None
        assert region is not None
        intake.check_size(version.size, address.name)
        received_on = self.today or day_in_china(moment)
        with TemporaryDirectory(prefix="kaohe-") as folder:
            content, sha256 = self._fetched(version, Path(folder) / "upload")
            tell(sha256)
            upload = intake.read_upload(
                content, address, region.catalogue, region.contracts, received_on, self.patience, sha256=sha256
            )
        if not fits(StoredFacts(submission=upload.submission, version=version)):
            raise Refused(
                [
                    Fault(
                        code="too-many-facts",
                        message="记录过多，超出平台一次可保存的量；请按月汇总，或分成几个文件上传",
                    )
                ]
            )
        return upload

    def _fetched(self, version: ObjectVersion, into: Path) -> tuple[bytes | Path, str]:
        """The content in memory, or on disk where it is large; and its digest."""
        if version.size > intake.MAX_FILE:
            return into, self.bucket.download(self.place.key, version, into)
        data = self.bucket.read(self.place.key, version)
        return data, hashlib.sha256(data).hexdigest()
