"""``kaohe check`` and ``kaohe template``: the file that a vendor sends, before and after it is filled in."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kaohe import folder, intake
from kaohe.catalogue import Catalogue, Source
from kaohe.cli.bar import bar
from kaohe.cli.common import add, add_region, day, month, region_and_contract, today
from kaohe.cli.folders import check_folder, counts
from kaohe.errors import UsageError
from kaohe.plugins import load_region, region_names
from kaohe.records import Export
from kaohe.submission import Submission
from kaohe.yamlfile import read_export, read_text

if TYPE_CHECKING:
    from kaohe.cli.common import Commands

CHECK = """\
A file that lies in submissions/REGION/vendor|authority/YYYY-MM/ says what it is by its place, and a .json file
by its content; so does a workbook made by 'kaohe template', on its first sheet. For any other file give --region
and --month, and --source where it is not the vendor. A folder is checked file by file, and files that contradict each
other are named.
"""
TEMPLATE = """\
The workbook has a sheet for the month, a sheet with a row for each day, and a sheet for events, with Chinese
headers, notes on each measure, drop-downs and number checks. Filled in and uploaded, it is accepted.

With --records it has a sheet for each kind of record that figures are counted from (calls, tickets …), one row each,
and asks for figures only where no record gives them. -o FILE.csv writes one such sheet as a CSV file.
"""


def register(commands: Commands) -> None:
    """Add the commands."""
    parser = add(commands, "check", check, "is this upload good? lists every fault, in Chinese", CHECK)
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help=".xlsx, .csv, .json, .zip; records also .csv.gz, .parquet; or the folder that holds 'submissions'",
    )
    parser.add_argument("--region", metavar="REGION", help="the region it is for")
    parser.add_argument("--month", type=month, metavar="YYYY-MM", help="the month it is for")
    parser.add_argument("--source", choices=list(Source), type=Source, help="who sends it (default: vendor)")
    parser.add_argument("--map", type=Path, metavar="FILE.yaml", help="how a system names its columns of records")
    parser.add_argument("--failures", type=Path, metavar="FILE.csv", help="where to list the records that failed")
    parser.add_argument("--received", type=day, metavar="DATE", help="the day it counts as received (default: today)")
    parser = add(commands, "template", write_template, "write the workbook that is to be filled in", TEMPLATE)
    add_region(parser)
    parser.add_argument("month", type=month, metavar="YYYY-MM", help="the month it is for")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE.xlsx", help="where to write it")
    parser.add_argument("--records", action="store_true", help="ask for records instead of what is counted from them")
    parser.add_argument("--kind", metavar="KIND", help="with --records -o FILE.csv: which records, such as tickets")
    parser.add_argument("--source", choices=list(Source), type=Source, default=Source.VENDOR, help="who fills it in")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")


def check(arguments: argparse.Namespace) -> int:
    """Read one file as an upload and say what is in it, or what is wrong with it; a folder file by file."""
    file: Path = arguments.file
    if file.is_dir():
        if arguments.failures:
            raise UsageError(
                "--failures 只列一个文件的明细，请写文件名，不写文件夹 lists the records of one file that failed: "
                "name the file, not its folder"
            )
        return check_folder(file, arguments.received or today())
    if not file.is_file():
        raise UsageError(f"没有这个文件 there is no file {file}")
    exports = [_export(arguments.map)] if arguments.map else []
    upload = folder.read_upload(file, _key(arguments), arguments.received or today(), exports, bar())
    submission = upload.submission
    region = load_region(submission.region)
    contract = region.contract_for(submission.month)
    told = f"{contract.label} {submission.month}，{submission.source.label}，{counts(submission)}"
    print(f"{file.name}：通过。{told}")
    for line in _sums(submission, region.catalogue):
        print(f"  {line}")
    for notice in intake.notices(submission, contract, region.catalogue):
        print(f"  提示：{notice}")
    if arguments.failures:
        print(f"  {_listed(upload.failures, arguments.failures)}")
    return 0


def _sums(submission: Submission, catalogue: Catalogue) -> Iterator[str]:
    """What a file comes to of each measure, and of each event that records tell; to be held against one's own count."""
    for code in dict.fromkeys(figure.code for figure in submission.figures):
        figures = [figure for figure in submission.figures if figure.code == code]
        measure, total = catalogue.measures[code], sum(figure.value for figure in figures)
        days = f"（{len(figures)}天合计）" if measure.grain == "day" else ""
        yield f"{measure.label} {total}{measure.unit}{days}"
    for code in dict.fromkeys(event.kind for event in submission.events):
        if catalogue.events[code].counted:
            count = sum(event.count for event in submission.events if event.kind == code)
            yield f"{catalogue.events[code].label} {count}个"


def _listed(failures: bytes | None, file: Path) -> str:
    """Write the list of the records that failed, where there is one, and say so."""
    if failures is None:
        return f"没有未达要求的明细，{file} 未写入；直接填报的数值和按日计数的话单等记录没有名单"
    file.write_bytes(failures)
    return f"未达要求的明细已写入 {file}"


def _export(file: Path) -> Export:
    if not file.is_file():
        raise UsageError(f"没有这个文件 there is no file {file}")
    return read_export(read_text(file, file.name), file.name)


def write_template(arguments: argparse.Namespace) -> int:
    """Write the workbook."""
    from kaohe.intake import template  # openpyxl takes 0.2 s, and only this command needs it

    region, contract = region_and_contract(arguments.region)
    if arguments.region not in (contract.id, contract.label):
        contract = region.contract_for(arguments.month)
    elif arguments.month not in contract.term.months:
        days = f"{contract.term.first}至{contract.term.last}"
        raise UsageError(f"{arguments.month} 不在合同服务期内（{days}） is outside the term of {contract.id}")
    output = _output(arguments, region.name)
    if output.exists() and not arguments.force:
        raise UsageError(
            f"{output} 已经存在，可能已经填过；请换一个文件名，确实要覆盖的加 --force "
            "is there already and may be filled in; choose another name, or --force to replace it"
        )
    if not output.parent.is_dir():
        raise UsageError(f"没有这个文件夹 there is no folder {output.parent}")
    asked = (contract, region.catalogue, arguments.month, output, arguments.source)
    if output.suffix == ".csv":
        template.write_record_csv(*asked, arguments.kind)
    else:
        template.write(*asked, records=arguments.records)
    print(f"已写入 wrote {output}")
    return 0


def _output(arguments: argparse.Namespace, region: str) -> Path:
    records = "-records" if arguments.records else ""
    output: Path = arguments.output or Path(f"{region}-{arguments.month}{records}.xlsx")
    if arguments.kind and output.suffix != ".csv":
        raise UsageError(
            "--kind 只用于 .csv，工作簿里每类明细各有一张表 "
            "chooses the records of a .csv file; a workbook has a sheet for each kind"
        )
    if output.suffix != ".xlsx" and not (arguments.records and output.suffix == ".csv"):
        raise UsageError(
            f"文件名应以 .xlsx 结尾，加 --records 的也可以是 .csv "
            f"the output must end in .xlsx, or with --records in .csv, not {output.name!r}"
        )
    return output


def _key(arguments: argparse.Namespace) -> str:
    """The key that the file would have in the bucket."""
    parts = arguments.file.resolve().parts
    told = {"region": arguments.region, "source": arguments.source, "month": arguments.month}
    if folder.ROOT in parts[:-4] or (len(parts) > 4 and parts[-5] == folder.ROOT):
        _, region, source, its_month, name = parts[-5:]
        guessed = {"region": region, "source": source, "month": its_month}
    else:
        name, guessed = arguments.file.name, _inside(arguments.file)
    filled = {field: value or guessed.get(field) for field, value in told.items()}
    if len(names := region_names()) == 1:
        filled["region"] = filled["region"] or names[0]
    if filled["region"] is None or filled["month"] is None:
        raise UsageError(_add_to(arguments, filled))
    return f"{folder.ROOT}/{filled['region']}/{filled['source'] or Source.VENDOR}/{filled['month']}/{name}"


def _add_to(arguments: argparse.Namespace, known: Mapping[str, object]) -> str:
    """What has to be typed for a file that does not say what it is for."""
    lacking = [what for field, what in (("region", "地区"), ("month", "月份")) if known[field] is None]
    region, month = known["region"] or "REGION", known["month"] or "YYYY-MM"
    command = f"kaohe check {arguments.file} --region {region} --month {month}"
    if known["source"]:
        command += f" --source {known['source']}"
    installed = f"; REGION is one of {', '.join(region_names())}" if known["region"] is None else ""
    return f"文件没有写明{'和'.join(lacking)}，请加上 the file does not say what it is for: {command}{installed}"


def _inside(file: Path) -> dict[str, str]:
    """What a .json upload or a filled-in template says of itself; whatever is wrong with it is for intake to tell."""
    if file.suffix.lower() == ".xlsx" and file.stat().st_size <= intake.MAX_FILE:
        return intake.told_of_itself(file.read_bytes(), file.name)
    if file.suffix.lower() != ".json":
        return {}
    try:
        content = json.loads(file.read_bytes())
    except ValueError:
        return {}
    if not isinstance(content, dict):
        return {}
    return {field: content[field] for field in ("region", "source", "month") if isinstance(content.get(field), str)}
