"""The field's measures and events: what a hotline counts, under standard names.

``calls.offered`` and its like follow the usage of contact-centre statistics (offered, answered, abandoned;
service level = answered within a threshold). A region's plugin adds what is its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Literal, TypeVar

from kaohe.kinds import KINDS
from kaohe.model import FrozenMapping, Quantity, Record
from kaohe.money import Money
from kaohe.records import Counted, Export, RecordKind


class Source(StrEnum):
    """Who supplies a fact. The two are kept apart: a vendor may not state an authority's finding."""

    VENDOR = "vendor"
    AUTHORITY = "authority"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {"vendor": "供应商", "authority": "主管单位"}[self.value]


VENDOR, AUTHORITY = Source.VENDOR, Source.AUTHORITY


class Measure(Record):
    """A thing counted.

    Attributes:
        code: its standard English name.
        label: its Chinese name; the header of its column in an upload.
        synonyms: other headers that mean the same.
        unit: Chinese unit, such as ``次``.
        grain: whether it is stated for each ``day`` or once for the ``month``.
        sources: who may supply it; where both do, the authority's figure is used.
        whole: whether only whole numbers make sense.
        least: the least value that can be; a lower one is refused as a slip of the hand.
        most: the greatest value that can be; a higher one is refused.
        at_most: code of the measure that it can never exceed, such as satisfied ≤ rated.
        optional: whether its cell may stay empty, because there may be nothing to state.
        counted: how it is counted from records; the first that a file allows is used.
        note: how to fill it in, in Chinese.
    """

    code: str
    label: str
    synonyms: tuple[str, ...] = ()
    unit: str
    grain: Literal["day", "month"]
    sources: tuple[Source, ...] = (VENDOR, AUTHORITY)
    whole: bool = True
    least: Quantity = 0
    most: Quantity | None = None
    at_most: str | None = None
    optional: bool = False
    counted: tuple[Counted, ...] = ()
    note: str


class Refinement(Record):
    """What a contract says more precisely of a measure that another catalogue defines; None leaves it as it is.

    Attributes:
        label: its name in this contract; the old one is still understood.
        note: how to fill it in under this contract, in Chinese.
        at_most: code of the measure that it can never exceed here.
    """

    label: str | None = None
    note: str | None = None
    at_most: str | None = None

    def of(self, measure: Measure) -> Measure:
        """The measure, said more precisely."""
        update = self.model_dump(exclude_none=True)
        if self.label:
            update["synonyms"] = (measure.label, *(name for name in measure.synonyms if name != self.label))
        return measure.model_copy(update=update)


EventField = Literal[
    "ref",
    "start",
    "end",
    "amount",
    "points",
    "instalment",
    "reading",
    "option",
    "value",
    "since",
    "clause",
    "digest",
    "note",
]
CONFIRMED, RAISED, DECIDED = "month.confirmed", "objection.raised", "objection.decided"
"""The kinds of event that speak of results: what was worked out is confirmed, objected to, decided on."""


class EventKind(Record):
    """A kind of dated occurrence.

    Attributes:
        code: its standard English name.
        label: its Chinese name, as written in an upload's event sheet.
        synonyms: other names that mean the same.
        sources: who may report it.
        required: fields that it must carry beside its date.
        optional: fields that it may carry.
        least: the least amount, points or value that it may carry; less is refused.
        most: the most that it may carry; more is refused.
        options: what ``option`` may say, by code with its Chinese name; empty: whatever the reading offers.
        undated: True where it concerns the contract as a whole, so that its date may lie in any month.
        trail: True where it speaks of the results of its file's month, whatever day it is dated: no rule sees it.
        counted: how it is found in records.
        note: when to report it, in Chinese.
    """

    code: str
    label: str
    synonyms: tuple[str, ...] = ()
    sources: tuple[Source, ...]
    required: tuple[EventField, ...] = ()
    optional: tuple[EventField, ...] = ("ref", "note")
    least: Money | None = None
    most: Money | None = None
    options: Mapping[str, str] = {}
    undated: bool = False
    trail: bool = False
    counted: tuple[Counted, ...] = ()
    note: str


class Catalogue(Record):
    """Measures and event kinds by code, and the records that they can be counted from.

    Attributes:
        measures: the measures.
        events: the event kinds.
        kinds: the kinds of record.
        exports: how systems write them, where their headers are not ours.
        counted: how measures and events of another catalogue are counted here: its contract's own deadlines.
        refined: what is said more precisely of measures of another catalogue, by code.
    """

    measures: FrozenMapping[str, Measure]
    events: FrozenMapping[str, EventKind]
    kinds: Mapping[str, RecordKind] = {}
    exports: tuple[Export, ...] = ()
    counted: Mapping[str, tuple[Counted, ...]] = {}
    refined: Mapping[str, Refinement] = {}

    @classmethod
    def of(
        cls,
        measures: Iterable[Measure] = (),
        events: Iterable[EventKind] = (),
        *,
        kinds: Iterable[RecordKind] = (),
        exports: Iterable[Export] = (),
        counted: Mapping[str, tuple[Counted, ...]] | None = None,
        refined: Mapping[str, Refinement] | None = None,
    ) -> Catalogue:
        """A catalogue of these.

        Raises:
            ValueError: a code or a Chinese name stands twice.
        """
        entries: list[Measure | EventKind] = [*measures, *events]
        for kind in (Measure, EventKind):
            names = [name for e in entries if isinstance(e, kind) for name in {e.code, e.label, *e.synonyms}]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"names that stand for two things: {', '.join(twice)}")
        return cls(
            measures={e.code: e for e in entries if isinstance(e, Measure)},
            events={e.code: e for e in entries if isinstance(e, EventKind)},
            kinds={kind.code: kind for kind in kinds},
            exports=tuple(exports),
            counted=counted or {},
            refined=refined or {},
        )

    @property
    def labels(self) -> dict[str, str]:
        """The Chinese names of all measures and events by code."""
        entries: list[Measure | EventKind] = [*self.measures.values(), *self.events.values()]
        return {entry.code: entry.label for entry in entries}

    @cached_property
    def record_headers(self) -> frozenset[str]:
        """All headers that columns of records may have, of the kinds and of the exports."""
        ours = (h for kind in self.kinds.values() for column in kind.columns for h in column.headers)
        return frozenset(ours).union(*(export.headers for export in self.exports))

    def __or__(self, other: Catalogue) -> Catalogue:
        """Both together. What is there already is changed only by what ``other`` refines or counts by its code.

        Raises:
            ValueError: a code or a name stands twice, or something refined is in neither.
        """
        counted = {**self.counted, **other.counted}
        measures = [_refined(entry, other) for entry in self.measures.values()]
        both = Catalogue.of(
            [_counting(entry, counted) for entry in (*measures, *other.measures.values())],
            [_counting(entry, counted) for entry in (*self.events.values(), *other.events.values())],
            kinds=(*self.kinds.values(), *other.kinds.values()),
            exports=(*self.exports, *other.exports),
            counted=counted,
            refined={**self.refined, **other.refined},
        )
        both._check_names()
        return both

    def _check_names(self) -> None:
        if unknown := sorted(set(self.refined) - set(self.measures)):
            raise ValueError(f"refined names what is not there: {', '.join(unknown)}")


def _refined(measure: Measure, other: Catalogue) -> Measure:
    """A measure as the other catalogue refines it."""
    return other.refined[measure.code].of(measure) if measure.code in other.refined else measure


E = TypeVar("E", Measure, EventKind)


def _counting(entry: E, counted: Mapping[str, tuple[Counted, ...]]) -> E:
    """An entry with what is said elsewhere of how it is counted."""
    return entry.model_copy(update={"counted": counted[entry.code]}) if entry.code in counted else entry


CORE = Catalogue.of(
    measures=[
        Measure(
            code="calls.offered",
            label="来电总量",
            synonyms=("总来电量", "呼入总量", "人工呼入量", "人工服务请求量"),
            unit="次",
            grain="day",
            counted=(Counted(records="calls", where="is_offered"),),
            note="当日进入人工排队的来电数；在语音菜单中挂断的不计",
        ),
        Measure(
            code="calls.answered",
            label="应答量",
            synonyms=("接听量", "人工接听量", "接通量", "应答总量"),
            unit="次",
            grain="day",
            at_most="calls.offered",
            counted=(Counted(records="calls", where="is_answered"),),
            note="当日由话务员接听的来电数",
        ),
        Measure(
            code="calls.answered_within_15s",
            label="15秒内应答量",
            synonyms=("15秒内应答数量", "15秒接听量", "15秒应答量"),
            unit="次",
            grain="day",
            at_most="calls.answered",
            counted=(Counted(records="calls", where="is_answered AND wait_s <= 15"),),
            note="当日排队15秒以内（含15秒）即被接听的来电数",
        ),
        Measure(
            code="seats.on_duty",
            label="在岗话务员数",
            synonyms=("在岗人数", "当日在岗话务员"),
            unit="人",
            grain="day",
            counted=(
                Counted(records="attendance", where="status = 'present'", distinct="agent"),
                Counted(records="calls", where="is_answered", distinct="agent"),
            ),
            note="当日实际到岗接听电话的话务员人数",
        ),
        Measure(
            code="survey.rated",
            label="参评数",
            synonyms=("评价总数", "参与评价数", "满意度参评量"),
            unit="件",
            grain="month",
            counted=(
                Counted(records="calls", where="is_answered AND survey IN ('satisfied', 'fair', 'dissatisfied')"),
            ),
            note="当月对话务员服务作出评价的来电数",
        ),
        Measure(
            code="survey.satisfied",
            label="满意数",
            synonyms=("评价满意数", "满意量", "满意件数"),
            unit="件",
            grain="month",
            at_most="survey.rated",
            counted=(Counted(records="calls", where="is_answered AND survey = 'satisfied'"),),
            note="当月评价为满意的来电数",
        ),
        Measure(
            code="publications.items",
            label="信息发布条数",
            synonyms=("发布条数", "信息发布量"),
            unit="条",
            grain="day",
            counted=(Counted(records="publications", where="true"),),
            note="当日通过短信、微博、微信、网站发布的信息条数；没有发布填0",
        ),
    ],
    kinds=KINDS,
    events=[
        EventKind(
            code="complaint.verified",
            label="查实投诉",
            synonyms=("有效投诉", "有理由投诉"),
            sources=(AUTHORITY,),
            note="经查实的、因服务态度或业务能力引起的投诉",
        ),
        EventKind(
            code="ticket.dispatch_late",
            label="转办超时",
            sources=(VENDOR, AUTHORITY),
            optional=("ref", "start", "end", "note"),
            note="供应商填报的为线索，主管单位填报的为查实；填写开始、结束日期的，由平台按期限核算",
        ),
        EventKind(
            code="ticket.return_late",
            label="回退处理超时",
            synonyms=("退单处理超时",),
            sources=(VENDOR, AUTHORITY),
            optional=("ref", "start", "end", "note"),
            note="供应商填报的为线索，主管单位填报的为查实；填写开始、结束日期的，由平台按期限核算",
        ),
        EventKind(
            code="ticket.callback_late",
            label="回访超时",
            sources=(VENDOR, AUTHORITY),
            optional=("ref", "start", "end", "note"),
            note="供应商填报的为线索，主管单位填报的为查实；填写开始、结束日期的，由平台按期限核算",
        ),
        EventKind(
            code="publication.error",
            label="信息发布差错",
            synonyms=("发布差错",),
            sources=(VENDOR, AUTHORITY),
            note="发布内容有误；同一天主管单位有认定的，以认定为准",
        ),
        EventKind(
            code="leak.verified",
            label="泄密事件",
            sources=(AUTHORITY,),
            note="经查实泄露来电人信息",
        ),
        EventKind(
            code="ruling",
            label="裁定",
            sources=(AUTHORITY,),
            required=("reading", "option"),
            optional=("value", "since", "ref", "note"),
            undated=True,
            note="对合同歧义条款的正式答复：读法、选项，必要时附数值和起始日期",
        ),
        EventKind(
            code="exemption",
            label="免责",
            synonyms=("免于考核", "免除考核"),
            sources=(AUTHORITY,),
            required=("clause",),
            optional=("start", "end", "ref", "note"),
            note="因突发事件等客观原因，免除某条款在某日（或开始至结束日期）的考核",
        ),
        EventKind(
            code="disposition",
            label="扣款处置",
            sources=(AUTHORITY,),
            required=("clause", "option"),
            options={"treasury": "上缴财政", "bonus": "用于绩效奖金"},
            note="某条款当月扣款的去向，日期填该月任意一天",
        ),
        EventKind(
            code="payment.agreed",
            label="约定付款日",
            sources=(AUTHORITY,),
            required=("instalment",),
            undated=True,
            note="合同没有写明期限的一期，双方约定的最迟付款日",
        ),
        EventKind(
            code="payment.excused",
            label="财政延期",
            sources=(AUTHORITY,),
            required=("instalment",),
            undated=True,
            note="某期付款因财政拨款等原因延期；是否免责由合同决定",
        ),
        EventKind(
            code="bond.returned",
            label="退还保函",
            sources=(AUTHORITY,),
            undated=True,
            note="履约保证金（保函）已退还，日期为退还日",
        ),
        EventKind(
            code="payment.made",
            label="付款",
            sources=(AUTHORITY,),
            required=("instalment", "amount"),
            optional=("ref", "note"),
            undated=True,
            note="已支付第几期，日期为付款日，金额为实际付出的数；分次付款的，一次一行",
        ),
        EventKind(
            code="invoice.received",
            label="收到发票",
            sources=(AUTHORITY,),
            required=("instalment",),
            undated=True,
            note="收到第几期的发票，日期为收到日",
        ),
        EventKind(
            code=CONFIRMED,
            label="确认考核结果",
            synonyms=("确认考核", "考核结果确认"),
            sources=(AUTHORITY,),
            required=("digest",),
            optional=("amount", "ref", "note"),
            undated=True,
            trail=True,
            note="确认本文件所属月份的考核结果，日期为确认日；填写所确认结果的摘要，金额填所确认的扣款合计",
        ),
        EventKind(
            code=RAISED,
            label="提出异议",
            synonyms=("异议", "扣款异议"),
            sources=(VENDOR,),
            required=("clause", "note"),
            optional=("ref",),
            undated=True,
            trail=True,
            note="对本文件所属月份某条款的扣款有异议，日期为提出日，“说明”填理由",
        ),
        EventKind(
            code=DECIDED,
            label="异议处理",
            synonyms=("异议处理结果", "异议答复"),
            sources=(AUTHORITY,),
            required=("clause", "option", "note"),
            optional=("amount", "ref"),
            options={"upheld": "异议成立", "rejected": "异议不成立"},
            undated=True,
            trail=True,
            note="对本文件所属月份某条款异议的决定，日期为决定日，“说明”填理由；成立的，金额填仍应扣的数，空着为0",
        ),
    ],
)
"""What every region has in common."""
