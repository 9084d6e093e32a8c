"""What Luohe counts beyond core's catalogue."""

from __future__ import annotations

from decimal import Decimal

from kaohe import AUTHORITY, VENDOR, Catalogue, Counted, EventKind, Measure

_MEASURES = [
    Measure(
        code="web_tickets.received",
        label="网络工单量",
        synonyms=("网络工单总量",),
        unit="件",
        grain="month",
        counted=(Counted(records="tickets", where="channel = 'web'", on="working_day(created_at, 1)"),),
        note="1个工作日回应期限在当月届满的网络工单数；没有填0",
    ),
    Measure(
        code="web_tickets.in_time",
        label="网络工单及时回应量",
        synonyms=("1个工作日内回应量",),
        unit="件",
        grain="month",
        at_most="web_tickets.received",
        counted=(
            Counted(
                records="tickets",
                where="channel = 'web' AND responded_at::DATE <= working_day(created_at, 1)",
                on="working_day(created_at, 1)",
            ),
        ),
        note="其中1个工作日内已回应的件数",
    ),
    Measure(
        code="tickets.dispatched",
        label="交办单总数",
        synonyms=("总交办单", "交办单量"),
        unit="件",
        grain="month",
        counted=(Counted(records="tickets", where="dispatched_at IS NOT NULL", on="dispatched_at"),),
        note="当月交办各部门的工单数",
    ),
    Measure(
        code="tickets.returned",
        label="退回交办单数",
        synonyms=("直接退回的交办单",),
        unit="件",
        grain="month",
        at_most="tickets.dispatched",
        counted=(
            Counted(
                records="tickets",
                where="dispatched_at IS NOT NULL AND returned_in_error = 'yes'",
                on="dispatched_at",
                fails=True,
            ),
        ),
        note="其中因服务商原因（如交办错误）被部门直接退回的件数",
    ),
    Measure(
        code="callbacks.due",
        label="应回访工单数",
        synonyms=("应回访量",),
        unit="件",
        grain="month",
        counted=(Counted(records="tickets", where="is_callback_due", on="closed_at"),),
        note="当月应当回访的工单数",
    ),
    Measure(
        code="callbacks.done",
        label="已回访工单数",
        synonyms=("回访量", "回访工单数量"),
        unit="件",
        grain="month",
        at_most="callbacks.due",
        counted=(Counted(records="tickets", where="is_callback_due AND called_back_at IS NOT NULL", on="closed_at"),),
        note="其中已经回访的件数",
    ),
    Measure(
        code="training.topics",
        label="热点重点问题数",
        unit="个",
        grain="month",
        note="当月需要培训的热点、重点问题数；没有填0",
    ),
    Measure(
        code="training.in_time",
        label="及时完成培训数",
        unit="个",
        grain="month",
        at_most="training.topics",
        note="其中24小时内培训到每名话务员的个数",
    ),
    Measure(
        code="knowledge.notices",
        label="知识更新通知数",
        unit="条",
        grain="month",
        note="当月收到的主管部门知识更新通知数；没有填0",
    ),
    Measure(
        code="knowledge.in_time",
        label="知识及时更新数",
        unit="条",
        grain="month",
        at_most="knowledge.notices",
        note="其中24小时内完成更新的条数",
    ),
    Measure(
        code="supervision.tasks",
        label="协助监督考核任务数",
        unit="项",
        grain="month",
        note="当月要求协助的监督考核任务数；没有填0",
    ),
    Measure(
        code="supervision.done",
        label="协助监督考核完成数",
        unit="项",
        grain="month",
        at_most="supervision.tasks",
        note="其中已经完成的项数",
    ),
    Measure(
        code="standards.required",
        label="应编写标准数",
        unit="项",
        grain="month",
        note="截至月末，服务期内应当编写的热线运营标准累计数",
    ),
    Measure(
        code="standards.done",
        label="已编写标准数",
        unit="项",
        grain="month",
        at_most="standards.required",
        note="截至月末，其中已经编写并更新到位的累计数",
    ),
    Measure(
        code="staff.team",
        label="团队人数",
        synonyms=("运营团队人数", "话务团队人数"),
        unit="人",
        grain="month",
        note="当月任一天在册团队人数的最低值；2025年11月只看11月21日起",
    ),
]

_FINDINGS = [
    EventKind(
        code="opinion.severe",
        label="严重舆论事件",
        sources=(AUTHORITY,),
        note="因服务态度恶劣或业务差错引发媒体曝光、造成不良影响，经认定",
    ),
    EventKind(
        code="web_tickets.appealed",
        label="申诉剔除工单",
        synonyms=("需申诉工单",),
        sources=(AUTHORITY,),
        note="未按时回应、经认定需要申诉而不计入考核的网络工单，填写件数",
    ),
    EventKind(
        code="report.monthly",
        label="月度分析报告",
        synonyms=("月常规业务数据分析",),
        sources=(VENDOR, AUTHORITY),
        required=("end",),
        note="日期填报告所属月份的任意一天，结束日期填上交日期；两方都填的，以主管单位为准",
    ),
    EventKind(
        code="report.deficient",
        label="分析报告问题",
        sources=(AUTHORITY,),
        note="当月应交的分析报告延误、遗漏或不完整，经认定",
    ),
    EventKind(
        code="staff.absence_agreed",
        label="同意减员",
        sources=(AUTHORITY,),
        note="主管单位同意当月减少的人数，填在次数一栏；逐月填写",
    ),
    EventKind(
        code="notice.issued",
        label="整改通知",
        synonyms=("整改通知书",),
        sources=(AUTHORITY,),
        required=("ref",),
        optional=("end", "note"),
        note="日期填下达日期，结束日期填整改到位的日期；尚未到位则留空",
    ),
    EventKind(
        code="thirdparty.cost",
        label="第三方服务费用",
        sources=(AUTHORITY,),
        required=("amount", "ref"),
        optional=("note",),
        note="逾期未整改而由第三方代为服务的费用，编号填整改通知的文号",
    ),
    EventKind(
        code="service.ready",
        label="具备运营能力",
        sources=(AUTHORITY,),
        note="确认运营团队具备运营能力的日期",
    ),
    EventKind(
        code="handover.done",
        label="移交完成",
        sources=(AUTHORITY,),
        required=("end",),
        note="日期填合同终止或解除之日，结束日期填资料移交完毕且收到数据销毁确认函的日期",
    ),
    EventKind(
        code="force_majeure.ended",
        label="不可抗力结束",
        sources=(VENDOR, AUTHORITY),
        optional=("end", "ref", "note"),
        note="日期填不可抗力结束之日，结束日期填提供证明的日期；尚未提供则留空",
    ),
]

_GROUNDS = [
    EventKind(
        code="service.not_provided",
        label="未按期提供服务",
        sources=(AUTHORITY,),
        note="超过约定期限（含同意展期）仍未提供服务，含部分未提供，经认定",
    ),
    EventKind(
        code="purpose.defeated",
        label="合同目的落空",
        sources=(AUTHORITY,),
        note="不履行义务，使合同目的落空，经认定",
    ),
    EventKind(
        code="leak.major",
        label="重大数据泄露",
        synonyms=("重大信息安全事件",),
        sources=(AUTHORITY,),
        note="重大信息安全或数据泄露事件，影响恶劣，经认定",
    ),
    EventKind(
        code="service.outage",
        label="热线中断",
        sources=(AUTHORITY,),
        required=("value",),
        most=Decimal(31 * 24),
        note="因服务商原因造成的热线中断，数值填连续中断的小时数，如 4.5",
    ),
    EventKind(
        code="vendor.changed",
        label="主体变更或丧失能力",
        sources=(AUTHORITY,),
        note="未经同意变更主体，或丧失履约能力，经认定",
    ),
    EventKind(
        code="breach.grave",
        label="其他严重违约",
        sources=(AUTHORITY,),
        note="前述各项以外、足以使合同目的落空的重大违约，经认定",
    ),
]

OWN = Catalogue.of(measures=_MEASURES, events=[*_FINDINGS, *_GROUNDS])
