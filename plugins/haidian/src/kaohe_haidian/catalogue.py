"""What Haidian counts beyond core's catalogue; the ranges of amounts come from the contract's values."""

from __future__ import annotations

from decimal import Decimal

from kaohe import AUTHORITY, VENDOR, Catalogue, Contract, EventKind, Measure, Refinement, Source

BOTH: tuple[Source, ...] = (VENDOR, AUTHORITY)


def own(contract: Contract) -> Catalogue:
    """Measures and event kinds of a contract."""
    return Catalogue.of(measures=[*_STAFF, *_WORK], events=[*_EVENTS, *_money(contract)], refined=_REFINED)


_REFINED = {
    "seats.on_duty": Refinement(
        note="当日实际到岗的座席员人数，含项目经理和座席组长（其人数另填“在岗经理组长数”）；不多于当日在职人数",
        at_most="staff.employed",
    )
}
"""The contract counts everybody on a seat; the reading ``leaders-within-48`` takes leaders off where it has to."""


def _money(contract: Contract) -> list[EventKind]:
    """The events whose amount the authority decides, each within what its clause allows."""

    def limit(clause: str, name: str) -> Decimal:
        return contract.clause(clause).value(name, contract.term.first)

    return [
        EventKind(
            code="assessment.points_lost",
            label="市级考核失分",
            synonyms=("考核失分",),
            sources=(AUTHORITY,),
            optional=("amount", "ref", "note"),
            least=limit("3.1.7.2", "least"),
            most=limit("3.1.7.2", "most"),
            note="因座席失误在市级考核中被扣分的一件，扣了几分写在说明里；金额由主管单位按件确定，未定的先留空，定后在同月用同一编号补报",
        ),
        EventKind(
            code="tail.confirmed",
            label="尾款确认",
            sources=(AUTHORITY,),
            required=("amount",),
            most=limit("9.3", "most"),
            undated=True,
            note="双方确认的尾款金额（扣款前）；有多次确认的，以最后一次为准",
        ),
        EventKind(
            code="fire.fine_person",
            label="消防罚款（个人）",
            sources=(AUTHORITY,),
            optional=("amount", "ref", "note"),
            least=limit("A1.3.2", "least"),
            note="附件1第三条，对造成隐患的人员处以的罚款，每人一行，不写姓名；金额未定的先留空",
        ),
        EventKind(
            code="fire.fine_company",
            label="消防罚款（公司）",
            sources=(AUTHORITY,),
            optional=("amount", "ref", "note"),
            least=limit("A1.4", "least"),
            note="附件1第四条，对公司处以的罚款；金额未定的先留空",
        ),
        EventKind(
            code="fire.fine_uncured",
            label="消防罚款（整改不到位）",
            sources=(AUTHORITY,),
            optional=("amount", "ref", "note"),
            least=limit("A1.5.2", "least"),
            note="附件1第五条，整改不到位对公司处以的罚款；金额未定的先留空",
        ),
    ]


_STAFF = (
    Measure(
        code="leaders.on_duty",
        label="在岗经理组长数",
        synonyms=("在岗管理人员数",),
        unit="人",
        grain="day",
        at_most="seats.on_duty",
        note="当日到岗的项目经理和座席组长人数，已含在“在岗话务员数”（在岗座席）内",
    ),
    Measure(
        code="staff.employed",
        label="在职座席员数",
        unit="人",
        grain="day",
        note="当日在职的座席员人数，含请假的，含项目经理和座席组长",
    ),
    Measure(
        code="staff.leaders_employed",
        label="在职经理组长数",
        unit="人",
        grain="day",
        at_most="staff.employed",
        note="当日在职的项目经理和座席组长人数，已含在“在职座席员数”内",
    ),
    Measure(
        code="staff.agents",
        label="月末座席员人数",
        synonyms=("座席员总数",),
        unit="人",
        grain="month",
        note="月末在职的座席员人数，含项目经理和座席组长",
    ),
    Measure(
        code="staff.managers",
        label="项目经理人数",
        unit="人",
        grain="month",
        at_most="staff.agents",
        note="月末在职的项目经理人数",
    ),
    Measure(
        code="staff.leaders",
        label="座席组长人数",
        unit="人",
        grain="month",
        at_most="staff.agents",
        note="月末在职的座席组长人数",
    ),
    Measure(
        code="staff.degrees",
        label="本科及以上学历人数",
        synonyms=("本科以上人数",),
        unit="人",
        grain="month",
        at_most="staff.agents",
        note="月末在职座席员中本科及以上学历的人数",
    ),
    Measure(
        code="staff.clothing_sets",
        label="人均服装套数",
        synonyms=("服装套数",),
        unit="套",
        grain="month",
        optional=True,
        note="领到最少的一名座席员本合同期内累计领到的套数；当月没有发放则留空",
    ),
)

_WORK = (
    Measure(
        code="weibo.updates",
        label="微博更新条数",
        unit="条",
        grain="day",
        note="当日官方微博更新的条数；没有更新填0",
    ),
    Measure(
        code="fire.patrols",
        label="消防巡检次数",
        unit="次",
        grain="day",
        note="当日上午、下午、夜间完成并签字留痕的巡检次数",
    ),
    Measure(
        code="fire.manager_checks",
        label="项目经理消防检查次数",
        unit="次",
        grain="day",
        note="当日项目经理巡查检查的次数",
    ),
    Measure(
        code="callbacks.due",
        label="应回访案件数",
        unit="件",
        grain="month",
        note="当月按合同应电话回访的案件：街镇已办结的，以及到期限仍未办结的",
    ),
    Measure(
        code="callbacks.made",
        label="已回访案件数",
        unit="件",
        grain="month",
        at_most="callbacks.due",
        note="应回访案件中已电话回访的件数，含未接通后追加回访的",
    ),
    Measure(
        code="districts.surveyed",
        label="三率统计案件数",
        unit="件",
        grain="month",
        note="当月计入街镇三率统计的案件数",
    ),
    Measure(
        code="districts.responded",
        label="街镇响应件数",
        unit="件",
        grain="month",
        at_most="districts.surveyed",
        note="其中街镇已响应的件数",
    ),
    Measure(
        code="districts.resolved",
        label="街镇解决件数",
        unit="件",
        grain="month",
        at_most="districts.surveyed",
        note="其中诉求已解决的件数",
    ),
    Measure(
        code="districts.satisfied",
        label="街镇满意件数",
        unit="件",
        grain="month",
        at_most="districts.surveyed",
        note="其中诉求人满意的件数",
    ),
    Measure(
        code="report.monthly",
        label="月度通报份数",
        unit="份",
        grain="month",
        note="当月完成初编的《督查月报》和现场核实月度通报份数",
    ),
)

_EVENTS = (
    EventKind(
        code="absence.found",
        label="脱岗空岗",
        synonyms=("无故脱岗", "空岗"),
        sources=(AUTHORITY,),
        note="检查发现的无故脱岗、空岗，每发现一次；不写姓名",
    ),
    EventKind(
        code="staff.replacement",
        label="人员调换",
        sources=(AUTHORITY,),
        required=("start",),
        optional=("end", "ref", "note"),
        note="要求调换人员：开始日期填提出要求之日，结束日期填新人到岗之日；尚未到岗的不填结束日期；不写姓名",
    ),
    EventKind(
        code="payroll.breach",
        label="工资社保违规",
        sources=(AUTHORITY,),
        note="检查发现未按规定支付工资、加班费或社保",
    ),
    EventKind(code="report.quarterly", label="季度通报", sources=(VENDOR,), note="现场核实季度通报完成初编"),
    EventKind(code="training.held", label="业务培训", sources=(VENDOR,), note="已举办的业务培训，填写举办日期"),
    EventKind(code="exam.held", label="业务考核", sources=(VENDOR,), note="已举办的座席员业务考核，填写举办日期"),
    EventKind(
        code="payment.applied",
        label="收到付款申请",
        sources=(AUTHORITY,),
        required=("instalment",),
        undated=True,
        note="收到供应商第几期付款申请，日期为收到日；付款期限由此起算",
    ),
    EventKind(
        code="vendor.advanced",
        label="供应商垫付",
        sources=(AUTHORITY,),
        required=("instalment", "amount"),
        undated=True,
        note="甲方逾期付款时供应商为第几期垫付的费用，日期为垫付日；确认没有垫付的填0",
    ),
    EventKind(
        code="deposit.rate",
        label="活期存款利率",
        sources=(AUTHORITY,),
        required=("value",),
        most=Decimal("0.05"),
        undated=True,
        note="中国人民银行活期存款年利率，如 0.35%（或 0.0035），日期为开始执行之日",
    ),
    EventKind(
        code="breach.uncured",
        label="逾期不履行",
        synonyms=("宽限期后仍不履行",),
        sources=(AUTHORITY,),
        optional=("start", "end", "ref", "note"),
        note="迟延履行或履行不合格，宽限期满仍未改正；开始、结束日期可填宽限期",
    ),
    EventKind(
        code="secrecy.breach",
        label="违反保密",
        sources=(AUTHORITY,),
        required=("option",),
        options={"harmful": "造成不良影响", "severe": "情形严重"},
        note="工作人员违反保密制度，给工作造成不良影响；选项说明情形是否严重",
    ),
    EventKind(
        code="fire.authority_check",
        label="主管单位消防检查",
        sources=(AUTHORITY,),
        note="主管单位责任人到场所的巡查检查",
    ),
    EventKind(code="fire.drill", label="消防演练", sources=BOTH, note="已举行的消防演练，填写举行日期"),
    EventKind(
        code="fire.hazard",
        label="消防隐患整改",
        sources=(AUTHORITY,),
        required=("start",),
        optional=("end", "ref", "note"),
        note="附件1第（11）、（12）项隐患：开始日期填发现日，结束日期填整改到位日；尚未到位的不填结束日期",
    ),
)
