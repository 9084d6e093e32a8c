"""``kaohe serve`` and ``kaohe demo``: the platform on this machine, to try out or to watch."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from kaohe.cli.common import add, day
from kaohe.errors import KaoheError
from kaohe.intake import parse_key
from kaohe.plugins import load_region

if TYPE_CHECKING:
    from kaohe.cli.common import Commands

    from kaohe_local.machine import Machine

# moto, flask and boto3 take a second to import: only once a command runs.

PORT = 8012
SERVE = """\
Bucket, queues, table and functions are those of infra/template.yaml, imitated on loopback by moto. Nothing is kept:
what was uploaded is gone once it ends. It needs a checkout of the repository. With --dynamodb-local, the table is in
AWS's own engine: 'make dynamodb' fetches it.
"""
DEMO = """\
Made-up months are uploaded, refused, put right, scored, ruled on and settled. It takes some seconds and ends by
itself; 'kaohe demo > demo.txt' keeps what it prints.
"""


def serve(commands: Commands) -> None:
    """Add ``kaohe serve``."""
    parser = add(commands, "serve", run_serve, "run the platform on this machine until Ctrl-C", SERVE)
    parser.add_argument("--port", type=int, default=PORT, help="port of the API (default: %(default)s; 0: any)")
    parser.add_argument("--aws-port", type=int, help="port of S3, SQS and DynamoDB (default: the API's, plus one)")
    parser.add_argument("--today", type=day, metavar="DATE", help="the day on which uploads count as received")
    parser.add_argument("--dynamodb-local", action="store_true", help="have the table in DynamoDB Local (needs Java)")
    parser.add_argument("--verbose", action="store_true", help="print the functions' logs")
    _add_template(parser)


def demo(commands: Commands) -> None:
    """Add ``kaohe demo``."""
    parser = add(commands, "demo", run_demo, "contracts from upload to payment, on this machine", DEMO)
    parser.add_argument("region", metavar="REGION", nargs="?", help="whose sample (default: all)")
    _add_template(parser)


def _add_template(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--template", type=Path, metavar="FILE", help="another template than infra/template.yaml")


def run_serve(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C or a polite end; gives 0."""
    from kaohe_local.machine import Machine
    from kaohe_local.template import Template

    template = Template.read(arguments.template)
    aws_port = arguments.aws_port if arguments.aws_port is not None else arguments.port and arguments.port + 1
    level = "INFO" if arguments.verbose else "CRITICAL"
    ended = threading.Event()
    with _until_told(ended):
        machine = Machine(
            template,
            port=arguments.port,
            aws_port=aws_port,
            today=arguments.today,
            dynamodb_local=arguments.dynamodb_local,
            log_level=level,
        )
        with machine:
            print(_addresses(machine), flush=True)
            _watch(machine, ended)
    print("stopped")
    return 0


@contextmanager
def _until_told(ended: threading.Event) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM set an event, so that nothing is cut short."""
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watch(machine: Machine, ended: threading.Event) -> None:
    """Tell of every failure in the functions, until the end."""
    told = 0
    while not ended.wait(0.2):
        for failure in machine.failures[told:]:
            print(f"kaohe serve: {failure.splitlines()[0]}", file=sys.stderr, flush=True)
            told += 1


def _addresses(machine: Machine) -> str:
    file, key = _an_upload(machine.template.path.parents[1])
    contract = _contract(key)
    exported = " \\\n    ".join(f"{name}={value}" for name, value in machine.environment.items())
    return f"""\
kaohe runs on this machine; Ctrl-C ends it, and nothing is kept.
  API     {machine.api}   ({machine.api}/openapi.json describes it)
  S3      {machine.endpoint}
  bucket  {machine.bucket}
  table   {machine.dynamodb}

Upload a file:
  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION={machine.template.region} \\
    aws --endpoint-url {machine.endpoint} s3 cp {file} \\
    s3://{machine.bucket}/{key}
or, without the AWS command line:
  curl -T {file} \\
    {machine.endpoint}/{machine.bucket}/{quote(key)}

Ask what became of it:
  curl {machine.api}/contracts/{contract}/submissions
  curl {machine.api}/contracts/{contract}/document

Operate it (kaohe sweep, redrive, rescore, audit) from a terminal that knows where it is:
  export {exported}
"""


def _an_upload(root: Path) -> tuple[str, str]:
    """A file and its key, to show how it is done: of a sample where there is one."""
    for file in sorted(root.glob("plugins/*/sample/submissions/*/vendor/*/*.xlsx")):
        return shlex.quote(os.path.relpath(file)), file.relative_to(file.parents[4]).as_posix()
    return "FILE.xlsx", "submissions/REGION/vendor/2026-03/FILE.xlsx"


def _contract(key: str) -> str:
    """The contract that an upload of that key belongs to."""
    try:
        address = parse_key(key)
        return load_region(address.region).contract_for(address.month).id
    except KaoheError:
        return "CONTRACT"


def run_demo(arguments: argparse.Namespace) -> int:
    """Play the sample; gives 0 when all of it came out."""
    from kaohe_local.demo.play import play
    from kaohe_local.demo.story import find
    from kaohe_local.template import Template

    template = Template.read(arguments.template)
    stories = find(template.path.parents[1], arguments.region)
    play(stories, template, lambda text: print(text, end="\n\n", flush=True))
    return 0
