"""``kaohe sweep`` and ``kaohe redrive``: find what came to nothing in the deployed system, and mend it."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kaohe.cli.common import add
from kaohe.errors import NotFound, StoreError, UsageError
from kaohe.plugins import region_names
from kaohe.service import Service
from kaohe.service.ground import ROOT, Ground
from kaohe.service.placing import place_of
from kaohe.service.sweeping import GRACE, Sweep, folders
from kaohe.settings import PREFIX, Settings
from kaohe.store import UNASSIGNED, Bucket, Letter, OtherBuild, Queue, UnreadableMessage, arrivals, reached
from kaohe.text import COLUMNS, wrap

if TYPE_CHECKING:
    from kaohe.cli.common import Commands
    from kaohe.service.findings import Finding, Swept

SWEEP = """\
Compares the bucket with the table of the system that the environment names: KAOHE_BUCKET and KAOHE_TABLE, and for a
rehearsal with 'kaohe serve' AWS_ENDPOINT_URL. Safe at any time, beside intake too.

  missing    no record of the upload: its notification was lost, or its delivery failed
  stuck      it waits for its plugin, which can be used again
  waiting    its plugin has to be mended first
  untold     the plugin cannot be loaded, so nobody can say to which contract the uploads belong
  destroyed  the version in force is not in the bucket any more: put the file there again
  deleted    a delete marker hides what is in force: it stays in force, nothing is to be mended

With --mend, what is missing or stuck is taken in, by the plugins of this machine: where the region's is not
installed here, or in another version than the contract was last worked out by, nothing of the region is taken in; the
deployed sweep does it on its schedule. The exit code is 1 where something was found and is still open.
"""
REDRIVE = """\
Puts every dead letter back into the queue, from where intake tries it again: mend the cause first. The environment
names the queues: KAOHE_QUEUE and KAOHE_DEAD_LETTER_QUEUE, and for a rehearsal with 'kaohe serve' AWS_ENDPOINT_URL.
A letter is sent before it is deleted, so one may come twice and none is lost; a repeat changes nothing.

With --list, nothing is moved; the exit code is 1 where there are dead letters. Those that can never be handled are
marked: what is no notification of the bucket, and what tells only of files that are not in the bucket any more. They
would come back each time. --discard lists these and deletes them for good, and moves nothing; no upload is lost by
it, for 'kaohe sweep' looks at the bucket itself. The exit code is 1 where others are left.
"""
CUT_OFF = "no reason was left: intake was cut off (by its time limit or for want of memory) or could not be called"


def register(commands: Commands) -> None:
    """Add the commands."""
    parser = add(commands, "sweep", sweep, "find uploads that came to nothing, and take them in", SWEEP)
    parser.add_argument("--mend", action="store_true", help="take in what is found")
    parser.add_argument("--region", metavar="REGION", help="only what was sent for this region")
    parser.add_argument(
        "--grace",
        type=_minutes,
        default=GRACE,
        metavar="MINUTES",
        help=f"leave alone what came so lately: it may be on its way (default: {GRACE // timedelta(minutes=1)})",
    )
    parser = add(commands, "redrive", redrive, "put dead letters back into the queue, or list them", REDRIVE)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--list", action="store_true", help="only list them, each with the reason why it was given up")
    how.add_argument("--discard", action="store_true", help="delete those that can never be handled, and move nothing")


def sweep(arguments: argparse.Namespace) -> int:
    """Sweep folder by folder, and tell what is found at once."""
    with reached():
        service = Service.from_settings(_settings())
        run = Sweep(service, datetime.now(UTC), grace=arguments.grace)
        total: Counter[str] = Counter()
        for name in _chosen(folders(service), arguments.region):
            hindrance = _hindrance(service, name.removesuffix("/")) if arguments.mend and name else ""
            swept = replace(run, mend=arguments.mend and not hindrance).folder(name)
            total += _counted(swept)
            for finding in swept.findings:
                print(_finding(finding, hindrance), flush=True)
    print(
        f"{total['uploads']} uploads in {total['folders']} folders: {total['found']} found, "
        f"{total['mended']} taken in, {total['open']} open; {total['fresh']} came too lately to tell"
        + (_how_late(arguments.grace) if total["fresh"] else "")
    )
    return 1 if total["open"] else 0


def redrive(arguments: argparse.Namespace) -> int:
    """List the dead letters, put them back, or discard those that can never be handled."""
    settings = _settings("queue", "dead_letter_queue")
    assert settings.queue
    assert settings.dead_letter_queue
    dead = Queue(settings.dead_letter_queue)
    with reached():
        if arguments.list:
            return _list(dead, Bucket(settings.bucket))
        if arguments.discard:
            return _discard(dead, Bucket(settings.bucket))
        return _move(dead, Queue(settings.queue))


def _list(dead: Queue, bucket: Bucket) -> int:
    letters = list(dead.letters())
    dead.release(letters)
    for letter in sorted(letters, key=lambda letter: letter.sent_at):
        print(_letter(letter))
        if why := _hopeless(letter, bucket):
            print(wrap(f"→ can never be handled ({why}): 'kaohe redrive --discard' deletes it", COLUMNS, "    "))
    print(_so_many(len(letters)))
    return 1 if letters else 0


def _discard(dead: Queue, bucket: Bucket) -> int:
    letters = sorted(dead.letters(), key=lambda letter: letter.sent_at)
    hopeless = [letter for letter in letters if _hopeless(letter, bucket)]
    left = [letter for letter in letters if letter not in hopeless]
    dead.release(left)
    for letter in hopeless:
        print(_letter(letter), flush=True)
        dead.discard(letter)
    print(f"{_so_many(len(hopeless))} discarded, {len(left)} left")
    return 1 if left else 0


def _hopeless(letter: Letter, bucket: Bucket) -> str:
    """Why a letter would come back each time; empty where intake may handle it."""
    try:
        told = arrivals(letter.body)
    except UnreadableMessage as error:
        return str(error)
    gone = bool(told) and not any(bucket.history(arrival.key) for arrival in told)
    return "none of its files is in the bucket any more" if gone else ""


def _move(dead: Queue, queue: Queue) -> int:
    moved = 0
    for moved, letter in enumerate(dead.move_to(queue), 1):  # noqa: B007 - how many there were
        print(f"{letter.id}  {_about(letter)}", flush=True)
    print(f"{_so_many(moved)} put back into {queue.name}")
    return 0


def _so_many(number: int) -> str:
    return f"{number} dead letter{'' if number == 1 else 's'}"


def _settings(*needed: str) -> Settings:
    try:
        settings = Settings.load()
    except StoreError as error:
        raise UsageError(str(error)) from error
    if missing := [PREFIX + name.upper() for name in needed if not getattr(settings, name)]:
        raise UsageError(f"{' and '.join(missing)} not set: the name of the queue, which the stack's outputs give")
    return settings


def _hindrance(service: Service, region: str) -> str:
    """Why this machine must not take in what was sent for a region; empty where it may.

    What it takes in, it also scores: with another plugin than the deployed one, other figures could come out.
    """
    if region not in region_names():
        if place_of(f"{ROOT}{region}/vendor/2000-01/a").partition == UNASSIGNED:
            return ""  # no region can have that name: it ends as a refusal wherever it is taken in
        return "not taken in here: no package of this region is installed on this machine"
    ground = Ground.of(region)
    for contract in ground.contracts:
        try:
            frame = service.table.lock(contract).read_frame()
        except OtherBuild as error:
            return f"not taken in here: {error}"
        if frame and ground.region and frame.plugin != ground.region.info:
            here, there = ground.region.info, frame.plugin
            return f"not taken in here: {there.name} {there.version} worked it out, here is {here.name} {here.version}"
    return ""


def _chosen(names: Sequence[str], region: str | None) -> Sequence[str]:
    if region is None:
        return names
    if f"{region}/" not in names:
        known = ", ".join(name.removesuffix("/") for name in names if name)
        raise NotFound(f"nothing was ever sent for a region {region!r}, nor is it installed; there are: {known}")
    return [f"{region}/"]


def _counted(swept: Swept) -> Counter[str]:
    mended = sum(finding.mended for finding in swept.findings)
    found = {"found": len(swept.findings), "mended": mended, "open": len(swept.open)}
    return Counter(found | {"uploads": swept.objects, "folders": 1, "fresh": swept.fresh})


def _how_late(grace: timedelta) -> str:
    return f" (within {grace // timedelta(minutes=1)} minutes; --grace 0 looks at them too)"


def _finding(finding: Finding, hindrance: str) -> str:
    since = f", stored {finding.since:%Y-%m-%d %H:%M} UTC" if finding.since else ""
    became = f"; now {finding.became.value}" if finding.became else ""
    lines = [f"{finding.kind:<9}  {_shown(finding.key)}", f"    {finding.partition}{since}{became}"]
    remarks = [finding.why, hindrance if finding.open else "", finding.remedy and f"→ {finding.remedy}"]
    lines += [wrap(remark, COLUMNS, "    ") for remark in remarks if remark]
    return "\n".join(lines)


def _letter(letter: Letter) -> str:
    lines = [f"{letter.id}  {_about(letter)}", f"    sent {letter.sent_at:%Y-%m-%d %H:%M} UTC"]
    reasons = [
        f"{told.get('error', '?')} at {told.get('place', '?')}" + (f": {told['reason']}" if told.get("reason") else "")
        for told in letter.reasons
    ]
    return "\n".join(lines + [wrap(_shown(reason), COLUMNS, "    ") for reason in reasons or [CUT_OFF]])


def _about(letter: Letter) -> str:
    """The uploads that a letter names."""
    try:
        return ", ".join(_shown(arrival.key) for arrival in arrivals(letter.body)) or "no upload"
    except UnreadableMessage as error:
        return str(error)


def _shown(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)


def _minutes(text: str) -> timedelta:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"a whole number of minutes, not {text!r}")
    return timedelta(minutes=int(text))
