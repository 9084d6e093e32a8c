"""Exports of systems with headers of their own, as their public documents describe them; the rows are made up."""

from __future__ import annotations

from datetime import date

from tests.core.intake.counting.conftest import Faults, Read
from tests.core.intake.counting.test_calls import figures

# 1772413200 is 2026-03-02 09:00:00 in China.
CLINK = """\
MainUniqueId,CustomerNumber,StartTime,FirstJoinQueueTime,BridgeTime,EndTime,FirstCallCno,Status
m-1,13800000000,1772413200,1772413210,1772413225,1772413300,1001,双方接听
m-2,13800000000,1772413200,1772413210,1772413226,1772413300,1002,双方接听
m-3,13800000000,1772413200,1772413210,0,1772413300,,座席未接听
m-4,13800000000,1772413200,0,0,1772413230,,系统应答
"""
CCC = """\
ContactId,ContactType,ContactDisposition,StartTime,EstablishedTime,ReleaseTime,WaitTime,CallingNumber,SatisfactionDescription
job-1,INBOUND,Success,1772413200000,1772413210000,1772413300000,15,13800000000,满意
job-2,Inbound,Success,1772413200000,1772413210000,1772413300000,16,13800000000,
job-3,INBOUND,AbandonedInQueue,1772413200000,,1772413300000,0,13800000000,
job-4,INBOUND,AbandonedInIVR,1772413200000,,1772413300000,0,13800000000,
job-5,OUTBOUND,Success,1772413200000,1772413210000,1772413300000,0,13800000000,满意
"""


def told(read: Read, text: str) -> dict[str, int]:
    on = date(2026, 3, 2)
    return {code: value for (code, day), value in figures(read(text)).items() if day in (on, None)}


def test_clink(read: Read) -> None:
    expected = {"calls.offered": 3, "calls.answered": 2, "calls.answered_within_15s": 1, "seats.on_duty": 2}
    assert told(read, CLINK) == expected
    camel = CLINK.replace("MainUniqueId", "mainUniqueId").replace("FirstJoinQueueTime", "firstJoinQueueTime")
    assert told(read, camel) == expected


def test_aliyun(read: Read, faults: Faults) -> None:
    assert told(read, CCC) == {
        "calls.offered": 3,
        "calls.answered": 2,
        "calls.answered_within_15s": 1,
        "survey.rated": 1,
        "survey.satisfied": 1,
    }
    (fault,) = faults(CCC.replace("AbandonedInQueue", "LostInSpace"))
    assert (fault.code, fault.row) == ("unknown-word", 4)
