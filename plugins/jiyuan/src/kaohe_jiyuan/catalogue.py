"""What Jiyuan counts beyond core's catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from kaohe import AUTHORITY, VENDOR, Catalogue, Counted, EventKind, Measure, load_contract

CONTRACT = load_contract(__package__)


def _days(name: str) -> int:
    return int(CONTRACT.clause("4.3").value(name, CONTRACT.term.last))


def _late(where: str, since: str, days: str, done: str) -> tuple[Counted, ...]:
    """Tickets for which something is not done by the end of a day; they count under that day."""
    late = f"{where} AND ({done} IS NULL OR {done}::DATE > {days})"
    return (Counted(records="tickets", where=late, on=days, start=since, end=done),)


CANDIDATES: Mapping[str, tuple[Counted, ...]] = {
    "ticket.dispatch_late": _late(
        "is_dispatched", "created_at", f"working_day(created_at, {_days('dispatch_days')})", "dispatched_at"
    ),
    "ticket.return_late": _late(
        "returned_at IS NOT NULL", "returned_at", f"returned_at::DATE + {_days('return_days')}", "return_handled_at"
    ),
    "ticket.callback_late": _late(
        "is_callback_due", "closed_at", f"closed_at::DATE + {_days('callback_days')}", "called_back_at"
    ),
}
"""How candidates of clause 4.3 are found in tickets: by natural days, which end first (reading ``two-days``)."""

OWN = Catalogue.of(
    measures=[
        Measure(
            code="staff.front_desk.left",
            label="前台离职人数",
            synonyms=("受理员离职人数", "当月离职人员数量"),
            unit="人",
            grain="month",
            at_most="staff.all.left",
            note="当月离职的前台受理员人数",
        ),
        Measure(
            code="staff.front_desk.present",
            label="前台月末在岗人数",
            synonyms=("受理员月末在岗人数", "月末实际存留人员数量"),
            unit="人",
            grain="month",
            at_most="staff.all.present",
            note="月末实际在岗的前台受理员人数",
        ),
        Measure(
            code="staff.all.left",
            label="全员离职人数",
            unit="人",
            grain="month",
            note="当月离职的全部项目人员人数，含前台受理员",
        ),
        Measure(
            code="staff.all.present",
            label="全员月末在岗人数",
            unit="人",
            grain="month",
            note="月末实际在岗的全部项目人员人数，含前台受理员",
        ),
        Measure(
            code="training.class_hours",
            label="在职培训最少课时",
            synonyms=("人均培训课时",),
            unit="课时",
            grain="month",
            whole=False,
            most=31 * 24,
            note="当月培训课时最少的一名人员的课时数",
        ),
        Measure(
            code="training.entry_days",
            label="入职培训最少天数",
            unit="天",
            grain="month",
            most=366,
            optional=True,
            note="当月上岗的新员工中入职培训天数最少者；无新员工上岗则留空",
        ),
        Measure(
            code="training.practice_days",
            label="上岗前实习最少天数",
            unit="天",
            grain="month",
            most=366,
            optional=True,
            note="当月上岗的新员工中现场实习天数最少者；无新员工上岗则留空",
        ),
        Measure(
            code="reports.delivered",
            label="月度报表份数",
            unit="份",
            grain="month",
            most=3,
            note="当月已报送的考勤、绩效、工资报表份数，共三份",
        ),
    ],
    events=[
        EventKind(
            code="microplatform.mishandled",
            label="微平台处理问题",
            sources=(AUTHORITY,),
            note="微平台诉求处理不当并造成较大影响，经查实",
        ),
        EventKind(
            code="inspection.incident",
            label="检查暗访事故",
            sources=(AUTHORITY,),
            note="上级检查或暗访中发生的事故，经查实",
        ),
        EventKind(
            code="emergency.reported_late",
            label="应急事件迟报",
            sources=(AUTHORITY,),
            note="应急类事件未及时上报",
        ),
        EventKind(code="safety.check", label="安全检查", sources=(VENDOR,), note="已登记的每周安全检查，填写检查日期"),
        EventKind(
            code="cleaning.check", label="卫生检查", sources=(VENDOR,), note="已登记的每周卫生检查，填写检查日期"
        ),
    ],
    counted=CANDIDATES,
)
