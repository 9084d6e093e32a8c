"""The bucket and the table: what is kept, and the only code that knows AWS.

The bucket holds every upload as it came. The table holds what became of it, one partition a contract::

    pk            sk
    <contract>    contract                                  the lock: version, audit chain, revisions in force
                  facts#vendor#2026-03#三月.xlsx             one upload's facts, in force
                  assessment#2026-03                        head: the revision in force, for the portfolio index
                  assessment#2026-03#r0002                  one revision, immutable
                  settlement | renewal                      of the last derivation
                  submission#2026-03#vendor#三月.xlsx#<id>   what became of one version of one upload
                  audit#000001                              one entry a write, chained by hashes, immutable

What belongs to no contract (an unreadable key, an unknown region) has the partition ``region#<name>`` or
``unassigned``, with the same lock and the same audit chain; its records stand in the index too.
"""

from kaohe.store.bucket import Bucket, Gone
from kaohe.store.builds import OtherBuild
from kaohe.store.clients import reached
from kaohe.store.inventory import Inventory, Stored
from kaohe.store.invocations import call_later
from kaohe.store.items import fits, head_item, head_of_revision, withdrawn_item, written
from kaohe.store.ledger import AuditedUpload, AuditEntry, Change, Frame, Head, InForce, Lock, Revision, verify_chain
from kaohe.store.notifications import Arrival, UnreadableMessage, arrivals
from kaohe.store.queue import Letter, Queue
from kaohe.store.records import (
    UNASSIGNED,
    History,
    ObjectVersion,
    StoredFacts,
    SubmissionRecord,
    SubmissionStatus,
    stray_partition,
)
from kaohe.store.table import Snapshot, Table

__all__ = [
    "UNASSIGNED",
    "Arrival",
    "AuditEntry",
    "AuditedUpload",
    "Bucket",
    "Change",
    "Frame",
    "Gone",
    "Head",
    "History",
    "InForce",
    "Inventory",
    "Letter",
    "Lock",
    "ObjectVersion",
    "OtherBuild",
    "Queue",
    "Revision",
    "Snapshot",
    "Stored",
    "StoredFacts",
    "SubmissionRecord",
    "SubmissionStatus",
    "Table",
    "UnreadableMessage",
    "arrivals",
    "call_later",
    "fits",
    "head_item",
    "head_of_revision",
    "reached",
    "stray_partition",
    "verify_chain",
    "withdrawn_item",
    "written",
]
