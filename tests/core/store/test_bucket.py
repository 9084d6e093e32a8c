"""The bucket: exact versions, and what is not there."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
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


def test_a_version_is_written_to_disk_in_blocks_and_digested(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaohe.store.bucket.BLOCK", 3)
    bucket.put(KEY, b"first of two", "text/csv")
    first = bucket.current(KEY)
    bucket.put(KEY, b"second", "text/csv")
    assert bucket.download(KEY, first, tmp_path / "a") == hashlib.sha256(b"first of two").hexdigest()
    assert (tmp_path / "a").read_bytes() == b"first of two"


def test_deleting_hides_and_withdraws_nothing(bucket: Bucket) -> None:
    with pytest.raises(Gone):
        bucket.current(KEY)
    bucket.put(KEY, b"1", "application/json", actor="主管")
    version = bucket.current(KEY)
    assert version.actor == "主管"
    bucket._client.delete_object(Bucket=bucket.name, Key=KEY)
    assert bucket.current(KEY) == version
    assert bucket.read(KEY, version) == b"1"
    bucket._client.delete_object(Bucket=bucket.name, Key=KEY, VersionId=version.id)
    with pytest.raises(Gone):
        bucket.current(KEY)


def test_a_deletion_under_a_key_does_not_show_another_that_begins_so(bucket: Bucket) -> None:
    bucket.put(KEY + ".bak", b"1", "application/json")
    bucket._client.delete_object(Bucket=bucket.name, Key=KEY)
    with pytest.raises(Gone):
        bucket.current(KEY)
    assert bucket.history(KEY) is None


def test_all_that_is_kept_is_listed_page_by_page(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [f"submissions/x/vendor/2026-03/{name}" for name in ("a b+c%.json", "三月#1.json", "删.json")]
    for key in [*keys, keys[0], "submissions/bare", "submissions/y/z"]:
        bucket.put(key, b"1", "application/json")
    bucket._client.delete_object(Bucket=bucket.name, Key=keys[2])
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "1")
    found = {history.key: history for history in bucket.histories("submissions/x/")}
    assert list(found) == sorted(keys)
    assert [len(found[key].versions) for key in keys] == [2, 1, 1]
    assert [key for key in found if found[key].deleted] == [keys[2]]
    assert found[keys[0]].newest == bucket.current(keys[0])
    assert [history.key for history in bucket.histories("submissions/", deep=False)] == ["submissions/bare"]
    assert sorted(bucket.folders("submissions/")) == ["x", "y"]


def test_what_was_put_back_after_a_deletion_is_not_deleted(bucket: Bucket) -> None:
    bucket.put(KEY, b"1", "application/json")
    bucket._client.delete_object(Bucket=bucket.name, Key=KEY)
    bucket.put(KEY, b"2", "application/json")
    (history,) = bucket.histories(KEY)
    assert (len(history.versions), history.deleted) == (2, False)


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


@pytest.mark.parametrize(
    ("key", "folder"),
    [
        ("submissions/x/vendor/2026-03/张三13800138000.json", "submissions/x/vendor/2026-03/"),
        ("submissions/x/张三/2026-03/a.json", "submissions/x/"),
        ("submissions/张三", "submissions/"),
        ("张三", "/"),
    ],
)
def test_errors_name_the_folder_of_an_object_and_not_its_name(bucket: Bucket, key: str, folder: str) -> None:
    with pytest.raises(
        Gone, match=rf"^an object under {folder} \(sha256 of its key: [0-9a-f]{{12}}…\) is not in"
    ) as gone:
        bucket.current(key)
    assert "张三" not in str(gone.value)


def test_a_refusal_of_s3_is_told_by_its_code_for_its_text_may_name_the_object(bucket: Bucket) -> None:
    bucket.put(KEY, b"1", "application/json")
    version = bucket.current(KEY)
    with pytest.raises(StoreError, match=r"S3 answers GetObject with NoSuchBucket$") as refused:
        Bucket("no-such-bucket", bucket._client).read(KEY, version)
    assert "三月" not in str(refused.value)


@pytest.mark.parametrize(
    "ask", [lambda b: b.current(KEY), lambda b: b.put(KEY, b"1", "text/csv"), lambda b: b.history(KEY)]
)
def test_where_s3_does_not_answer_it_is_a_store_error_that_names_no_object(
    bucket: Bucket, ask: Callable[[Bucket], object]
) -> None:
    def fails(request: Any, **_: Any) -> None:
        raise ReadTimeoutError(endpoint_url=request.url)

    bucket._client.meta.events.register_first("before-send", fails, unique_id="fails")
    try:
        with pytest.raises(StoreError, match="ReadTimeoutError") as caught:
            ask(bucket)
    finally:
        bucket._client.meta.events.unregister("before-send", unique_id="fails")
    assert not [name for name in ("三月", "%E4%B8%89") if name in str(caught.value)]
