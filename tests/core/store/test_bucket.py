"""The bucket: exact versions, and what is not there."""

import pytest
from kaohe.errors import LostRace, StoreError
from kaohe.store import Bucket, Gone

from tests.core.store.backend import create_bucket

KEY = "submissions/x/vendor/2026-03/三月.json"


def test_versions_are_read_exactly_and_listed_newest_first(bucket: Bucket) -> None:
    versions = []
    for content in (b"1", b"2", b"3"):
        bucket.put(KEY, content, "application/json")
        bucket.put(KEY + ".bak", content, "application/json")
        versions.append(bucket.current(KEY))
    assert [bucket.read(KEY, version) for version in versions] == [b"1", b"2", b"3"]
    assert [v.id for v in bucket.older(KEY, versions[2])] == [versions[1].id, versions[0].id]


def test_what_is_deleted_is_gone(bucket: Bucket) -> None:
    with pytest.raises(Gone):
        bucket.current(KEY)
    bucket.put(KEY, b"1", "application/json")
    version = bucket.current(KEY)
    bucket._client.delete_object(Bucket=bucket.name, Key=KEY)
    with pytest.raises(Gone):
        bucket.current(KEY)
    assert bucket.read(KEY, version) == b"1"


def test_without_versions_a_replaced_content_is_a_lost_race(aws: None) -> None:
    bucket = create_bucket(versions=False)
    bucket.put(KEY, b"1", "application/json")
    version = bucket.current(KEY)
    bucket.put(KEY, b"2", "application/json")
    with pytest.raises(LostRace):
        bucket.read(KEY, version)


def test_a_new_object_leaves_one_that_is_there_alone(bucket: Bucket) -> None:
    bucket.put(KEY, b"1", "application/json", new=True)
    first = bucket.current(KEY)
    bucket.put(KEY, b"1", "application/json", new=True)
    assert bucket.current(KEY) == first


def test_a_bucket_that_is_not_there_is_a_store_error(aws: None) -> None:
    with pytest.raises(StoreError, match="NoSuchBucket"):
        Bucket("no-such-bucket").put(KEY, b"1", "application/json")
