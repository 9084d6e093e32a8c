"""The kinds of record that a hotline's systems export, in the field's standard terms.

A call is *offered* once it waits for an agent: callers who hang up in the voice menu never were. Which calls a
denominator holds decides the result, so each kind states its treatments.
"""

from __future__ import annotations

from kaohe.records import Column, Needed, Order, RecordKind

_YES, _NO = ("是", "1", "Y", "y", "true", "TRUE", "有"), ("否", "0", "N", "n", "false", "FALSE", "无")

_SATISFACTION = {
    "satisfied": ("满意", "非常满意", "很满意"),
    "fair": ("基本满意", "一般"),
    "dissatisfied": ("不满意", "非常不满意", "很不满意"),
    "none": ("未评价", "未参评", "放弃评价", "系统默认", "-"),
}
"""Answers of a survey. Keys pressed (1, 2 …) mean different things in different systems: an export names its own."""

_ANSWERED = "CASE WHEN result IS NULL THEN answered_at IS NOT NULL ELSE result = 'answered' END"
_FIRST = f"{{}}({{}}, row(coalesce(answered_at, queued_at, menu_at), leg)) FILTER (WHERE {_ANSWERED})"
"""Of the first leg that was answered. The leg's number decides between two that began at once."""

_TOLD = f"min(answered_at) FILTER (WHERE {_ANSWERED})"
_UNTOLD = f"min(coalesce(queued_at, menu_at)) FILTER (WHERE {_ANSWERED} AND answered_at IS NULL)"
_ANSWER = f"CASE WHEN {_UNTOLD} <= {_TOLD} THEN NULL ELSE {_TOLD} END"
"""When a call was first answered; unknown where that leg does not say, whatever later legs say."""

CALLS = RecordKind(
    code="calls",
    label="话单",
    unit="通",
    columns=(
        Column(
            name="id",
            label="通话编号",
            synonyms=("呼叫编号", "话单编号", "通话ID", "呼叫ID", "流水号", "通话流水号", "call_id", "callid"),
            holds="text",
            required=True,
            note="每通电话一个编号；转接的电话有几行的，编号相同，另加“话务段”一列（1、2…）",
        ),
        Column(
            name="leg",
            label="话务段",
            synonyms=("转接序号", "分段序号", "段序号"),
            holds="text",
            note="一通电话有几行时，各行的序号（1、2…）；每通只有一行的不用填",
        ),
        Column(
            name="direction",
            label="呼叫类型",
            synonyms=("呼叫方向", "通话类型", "呼入呼出", "方向"),
            holds="choice",
            words={
                "in": ("呼入", "来电", "inbound", "in"),
                "out": ("呼出", "外呼", "去电", "回访", "内部呼叫", "内部", "outbound", "out"),
            },
            note="没有这一列的，都算呼入",
        ),
        Column(
            name="menu_at",
            label="来电时间",
            synonyms=("呼入时间", "开始时间", "进入时间", "进入语音菜单时间", "呼叫开始时间", "通话开始时间"),
            holds="instant",
            seconds=True,
            note="电话接入平台（进入语音菜单）的时间",
        ),
        Column(
            name="queued_at",
            label="排队时间",
            synonyms=("进入队列时间", "进队列时间", "入队时间", "排队开始时间", "转人工时间", "人工排队时间"),
            holds="instant",
            seconds=True,
            note="进入人工排队的时间；在语音菜单里挂断的留空",
        ),
        Column(
            name="answered_at",
            label="应答时间",
            synonyms=("接听时间", "接通时间", "坐席应答时间", "座席应答时间", "人工应答时间", "坐席接听时间"),
            holds="instant",
            seconds=True,
            note="话务员接起的时间；没有接起的留空",
        ),
        Column(
            name="ended_at",
            label="挂机时间",
            synonyms=("结束时间", "通话结束时间", "挂断时间"),
            holds="instant",
            seconds=True,
        ),
        Column(
            name="waited",
            label="等待时长",
            synonyms=("排队时长", "应答时长", "等待秒数", "等待时间（秒）"),
            holds="number",
            note="从进入排队到接起的秒数；有排队时间和应答时间的不用填",
        ),
        Column(
            name="result",
            label="通话结果",
            synonyms=("接听状态", "呼叫结果", "接通状态", "应答状态", "状态"),
            holds="choice",
            words={
                "answered": ("已接", "已接听", "接听", "接通", "人工接听", "应答", "成功", "answered"),
                "abandoned": ("未接", "未接听", "未接通", "放弃", "排队放弃", "振铃放弃", "队列放弃", "abandoned"),
                "menu": ("语音菜单挂断", "IVR挂断", "IVR放弃", "自助服务", "菜单挂断", "menu"),
                "phantom": ("测试", "无效", "幽灵", "骚扰拦截", "phantom"),
            },
            note="填了的以它为准；没有这一列的，有应答时间即为已接",
        ),
        Column(
            name="agent",
            label="工号",
            synonyms=("坐席工号", "座席工号", "话务员工号", "受理员工号", "agent_id"),
            holds="text",
            note="只填工号，不要填姓名",
        ),
        Column(
            name="survey",
            label="满意度",
            synonyms=("满意度评价", "评价结果", "服务评价", "满意度评价结果", "评价"),
            holds="choice",
            words=_SATISFACTION,
        ),
    ),
    key=("id", "leg"),
    needs=(("queued_at",), ("answered_at", "result"), ("answered_at", "waited")),
    merged={
        "direction": "min(direction)",
        "menu_at": "min(menu_at)",
        # Who was picked up directly may be transferred into a queue later: that wait is not the call's.
        "queued_at": f"CASE WHEN {_ANSWER} < min(queued_at) THEN NULL ELSE min(queued_at) END",
        "answered_at": _ANSWER,
        "ended_at": "max(ended_at)",
        # Of several legs, one's own wait leaves out how long the call waited for an agent who did not pick up.
        "waited": f"CASE WHEN count(*) > 1 AND min(queued_at) <= {_ANSWER} THEN NULL "
        f"ELSE {_FIRST.format('arg_min_null', 'waited')} END",
        "result": f"CASE WHEN bool_or({_ANSWERED}) THEN 'answered' "
        "WHEN bool_or(result = 'abandoned') THEN 'abandoned' WHEN bool_or(result = 'menu') THEN 'menu' "
        "ELSE any_value(result) END",
        "agent": _FIRST.format("arg_min", "agent"),
        # The caller is asked at the end, and some systems write "not rated" into every leg.
        "survey": "coalesce(arg_max(survey, row(coalesce(ended_at, answered_at), leg)) "
        "FILTER (WHERE survey <> 'none'), any_value(survey))",
    },
    derived={
        "came_at": "least(menu_at, queued_at, answered_at)",
        "is_answered": _ANSWERED,
        "is_offered": "is_answered OR (queued_at IS NOT NULL AND result IS DISTINCT FROM 'menu')",
        "wait_s": "CASE WHEN NOT is_answered THEN NULL WHEN waited IS NOT NULL THEN waited "
        "WHEN answered_at IS NULL THEN NULL WHEN queued_at IS NULL THEN 0 "
        "ELSE (epoch_us(answered_at) - epoch_us(queued_at)) / 1000000 END",
    },
    left_out="direction = 'out' OR result = 'phantom'",
    on="came_at",
    orders=(
        Order(earlier="menu_at", later="queued_at"),
        Order(earlier="queued_at", later="answered_at"),
        Order(earlier="answered_at", later="ended_at"),
        Order(earlier="queued_at", later="ended_at"),
    ),
    needed=(
        Needed(
            value="wait_s",
            where="is_answered",
            columns=("answered_at", "waited"),
            message="已接的电话没有应答时间，也没有等待时长，无法判断多少秒内接起；请补上",
        ),
    ),
    tallies={
        "语音菜单挂断": "NOT is_offered",
        "排队后放弃": "is_offered AND NOT is_answered",
        "其中5秒以内放弃": "is_offered AND NOT is_answered AND epoch_us(ended_at) - epoch_us(queued_at) <= 5000000",
        "没有排队直接接起": "is_answered AND queued_at IS NULL",
    },
    treatments=(
        "在语音菜单里挂断的电话没有进入人工排队，不计入来电总量",
        "进入排队后放弃的电话一律计入来电总量，不论等了几秒（没有“短时放弃”的扣除）",
        "转接的电话（同一编号有几行）算一通，以第一次接起和它之前的第一次排队为准；有一段接起就算接起",
        "转接的电话有几个满意度评价的，以最后一个为准；“未评价”不算评价",
        "呼出和回访的电话、测试和无效的话单不计",
        "没有排队而直接接起的电话，等待时间算0秒",
        "电话算在它打进来的那一天，跨过零点才接起的也一样",
    ),
)

TICKETS = RecordKind(
    code="tickets",
    label="工单",
    unit="件",
    columns=(
        Column(
            name="number",
            label="工单编号",
            synonyms=("工单号", "编号", "诉求编号", "受理编号", "ticket_id"),
            holds="text",
            required=True,
            note="不能含来电人的电话号码",
        ),
        Column(
            name="type",
            label="诉求类型",
            synonyms=("工单类型", "类型", "诉求类别", "工单类别", "业务类型"),
            holds="choice",
            words={
                "consultation": ("咨询", "咨询类"),
                "request": ("求助", "求助类", "诉求", "办理", "服务"),
                "complaint": ("投诉", "投诉类"),
                "report": ("举报", "举报类"),
                "suggestion": ("建议", "建议类", "意见建议", "意见", "表扬", "感谢"),
                "other": ("其他", "其它", "无效"),
            },
        ),
        Column(
            name="channel",
            label="来源渠道",
            synonyms=("渠道", "来源", "诉求来源", "受理渠道"),
            holds="choice",
            words={
                "phone": ("电话", "热线", "12345热线", "来电"),
                "web": (
                    "网络",
                    "网站",
                    "互联网",
                    "微信",
                    "微博",
                    "APP",
                    "小程序",
                    "邮件",
                    "短信",
                    "网络留言",
                    "留言板",
                ),
                "other": ("其他", "其它", "来信", "来访", "转办", "上级交办"),
            },
        ),
        Column(
            name="created_at",
            label="受理时间",
            synonyms=("创建时间", "登记时间", "接收时间", "来单时间", "工单创建时间"),
            holds="instant",
            required=True,
        ),
        Column(
            name="responded_at", label="回应时间", synonyms=("首次回应时间", "响应时间", "签收时间"), holds="instant"
        ),
        Column(name="dispatched_at", label="转办时间", synonyms=("交办时间", "派发时间", "派单时间"), holds="instant"),
        Column(
            name="returned_at",
            label="退回时间",
            synonyms=("退单时间", "回退时间", "部门退回时间"),
            holds="instant",
            note="承办单位退回的时间；没有退回的留空",
        ),
        Column(
            name="return_handled_at",
            label="退回处理时间",
            synonyms=("退单处理时间", "重新转办时间", "再次转办时间"),
            holds="instant",
        ),
        Column(
            name="returned_in_error",
            label="因差错退回",
            synonyms=("交办错误退回", "派单错误"),
            holds="choice",
            words={"yes": _YES, "no": _NO},
            note="因服务商原因（如交办错误）被退回的填“是”",
        ),
        Column(name="closed_at", label="办结时间", synonyms=("结案时间", "办理完成时间", "反馈时间"), holds="instant"),
        Column(name="called_back_at", label="回访时间", synonyms=("首次回访时间", "回访完成时间"), holds="instant"),
        Column(
            name="callback_due",
            label="需要回访",
            synonyms=("是否回访", "是否需要回访", "应回访"),
            holds="choice",
            words={"yes": _YES, "no": _NO},
            note="不需要回访的填“否”；没有这一列的，办结的都要回访",
        ),
        Column(
            name="answered_at_once",
            label="即时答复",
            synonyms=("当场答复", "直接答复", "是否即时答复", "是否直办"),
            holds="choice",
            words={"yes": _YES, "no": _NO},
        ),
        Column(
            name="resolved",
            label="是否解决",
            synonyms=("解决情况", "问题解决"),
            holds="choice",
            words={"yes": (*_YES, "解决", "已解决"), "no": (*_NO, "未解决", "部分解决")},
        ),
        Column(
            name="survey",
            label="满意度",
            synonyms=("回访满意度", "满意情况", "是否满意", "满意度评价"),
            holds="choice",
            words=_SATISFACTION,
        ),
    ),
    key=("number",),
    derived={
        "is_dispatched": "answered_at_once IS DISTINCT FROM 'yes'",
        "is_callback_due": "closed_at IS NOT NULL AND callback_due IS DISTINCT FROM 'no'",
    },
    on="created_at",
    in_month=False,
    orders=tuple(
        Order(earlier=earlier, later=later)
        for earlier, later in (
            ("created_at", "responded_at"),
            ("created_at", "dispatched_at"),
            ("created_at", "closed_at"),
            ("returned_at", "return_handled_at"),
            ("closed_at", "called_back_at"),
        )
    ),
    ref="number",
    treatments=(
        "一个期限在哪个月届满，就在哪个月考核；上月受理、期限在本月届满的工单也要导出",
        "到期还没有办理的，与超期办理的一样算未按期",
        "同一工单编号只能有一行",
        "“即时答复”填“是”的不用转办；“需要回访”填“否”的不用回访，没有这一列的，办结的都要回访",
    ),
)

ATTENDANCE = RecordKind(
    code="attendance",
    label="考勤",
    unit="人次",
    columns=(
        Column(name="on_day", label="日期", synonyms=("考勤日期", "出勤日期", "上班日期"), holds="day", required=True),
        Column(
            name="agent",
            label="工号",
            synonyms=("员工编号", "坐席工号", "人员编号"),
            holds="text",
            required=True,
            note="只填工号，不要填姓名",
        ),
        Column(
            name="status",
            label="出勤情况",
            synonyms=("考勤状态", "出勤状态", "考勤结果", "状态"),
            holds="choice",
            words={
                "present": ("出勤", "到岗", "正常", "在岗", "上班", "迟到", "早退"),
                "absent": ("缺勤", "旷工", "未到岗", "请假", "休假", "病假", "事假", "年假", "培训", "休息", "轮休"),
            },
            required=True,
        ),
    ),
    key=("on_day", "agent"),
    on="on_day",
    treatments=("迟到、早退的算到岗；请假、培训、休息的不算",),
)

PUBLICATIONS = RecordKind(
    code="publications",
    label="信息发布",
    unit="条",
    columns=(
        Column(name="id", label="发布编号", synonyms=("信息编号", "序列号"), holds="text", required=True),
        Column(name="published_on", label="发布日期", synonyms=("发布时间", "日期"), holds="day", required=True),
    ),
    key=("id",),
    on="published_on",
    idle_days=True,
    treatments=("每个编号算一条；没有发布的那一天按0条计",),
)

KINDS = (CALLS, TICKETS, ATTENDANCE, PUBLICATIONS)
"""The kinds that every region has. A survey answer stands with its call or ticket, a call-back with its ticket."""
