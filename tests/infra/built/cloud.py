"""One account of the cloud: moto on loopback, and each function in a process of its own."""

import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from kaohe_local import resources
from kaohe_local.aws import Aws
from kaohe_local.built import Built, BuiltFunction
from kaohe_local.functions import TYPE, QueueSource, specs
from kaohe_local.gateway import Gateway
from kaohe_local.poller import Poller
from kaohe_local.template import Template

TODAY = "2026-11-20"
"""The day on which uploads count as received."""


class Answer(NamedTuple):
    status: int
    content: Any
    tag: str | None


class Cloud:
    """All of it, started; ends with the stack.

    Attributes:
        functions: by the name of their service.
        poller: hands messages to intake, one at a time as the template says, whenever it is asked to.
        gateway: hands requests to the API.
    """

    def __init__(self, template: Template, built: Built, logs: Path, stack: ExitStack) -> None:
        self._aws = Aws(template.region)
        stack.callback(self._aws.stop)
        self.s3, self.sqs = self._aws.client("s3"), self._aws.client("sqs")
        resources.make(template, self.sqs, self.s3, self._aws.client("dynamodb"))
        (bucket,) = template.of_type("AWS::S3::Bucket")
        self.bucket = bucket.name
        logical = {resource.name: resource.logical for resource in template.of_type(TYPE)}
        self.functions: dict[str, BuiltFunction] = {}
        for spec in specs(template):
            bundle, log = built.functions / logical[spec.name], logs / f"{spec.service}.log"
            variables = {**self._aws.environment, "KAOHE_TODAY": TODAY}
            function = self.functions[spec.service] = BuiltFunction(spec, bundle, built, variables, log)
            stack.callback(function.stop)
        self.poller = self.poll_with()
        assert self.deliver() == 1  # what S3 sends when the notification is set: no upload
        self.gateway = Gateway(self.functions["api"])
        stack.callback(self.gateway.stop)

    def poll_with(self, batch_size: int | None = None) -> Poller:
        """What feeds intake, by as many messages at a time as the template says, or as asked for."""
        source = replace(self._source, batch_size=batch_size or self._source.batch_size)
        return Poller(self.sqs, source, self.functions["intake"])

    def upload(self, key: str, content: bytes) -> str:
        """Put a file into the bucket, which tells the queue; gives its version."""
        return str(self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)["VersionId"])

    def upload_and_remove(self, key: str) -> None:
        """Put a file into the bucket and take it out again for good; the message stays."""
        self.s3.delete_object(Bucket=self.bucket, Key=key, VersionId=self.upload(key, b"{}"))

    def deliver(self) -> int:
        """Hand on messages until none is left, those that come again too; gives how often one was handed on."""
        delivered = 0
        while self.waiting():
            delivered += self.poller.poll(wait=2)
        return delivered

    def waiting(self) -> int:
        """Messages that are not done with."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=names)["Attributes"]
        return sum(int(count) for count in found.values())

    def ask(self, target: str, body: bytes | None = None, tag: str = "") -> Answer:
        """What the HTTP API answers."""
        headers = {"content-type": "application/json"} if body else {}
        headers |= {"if-none-match": tag} if tag else {}
        request = Request(self.gateway.url + target, data=body, headers=headers)
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
                return Answer(answer.status, json.load(answer), answer.headers["etag"])
        except HTTPError as error:
            with error:
                content = error.read()
                return Answer(error.code, json.loads(content) if content else None, error.headers["etag"])

    def log(self, service: str) -> list[dict[str, Any]]:
        """The log of a function; every line of it is JSON."""
        return [json.loads(line) for line in self.functions[service].lines()]

    def written(self) -> str:
        """Whatever the functions wrote."""
        return "\n".join(line for function in self.functions.values() for line in function.lines())

    @property
    def _queue(self) -> str:
        return str(self.sqs.get_queue_url(QueueName=self._source.queue_arn.rpartition(":")[2])["QueueUrl"])

    @property
    def _source(self) -> QueueSource:
        source = self.functions["intake"].spec.queue
        assert source
        return source
