"""Where the bucket, the table and the queues are, from the environment; checked once, when a function starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date

from pydantic import Field, ValidationError

from kaohe.errors import StoreError
from kaohe.model import Record

PREFIX = "KAOHE_"


class Settings(Record):
    """The environment as a record.

    Attributes:
        bucket: ``KAOHE_BUCKET``, the bucket of uploads.
        table: ``KAOHE_TABLE``, the table of results.
        today: ``KAOHE_TODAY``, the day on which uploads count as received; for rehearsals on one machine only.
        queue: ``KAOHE_QUEUE``, the name of the queue that feeds intake; only ``kaohe redrive`` needs it.
        dead_letter_queue: ``KAOHE_DEAD_LETTER_QUEUE``, the name of the queue of its dead letters; there intake puts
            what it gives up, with the reason.
        tries: ``KAOHE_TRIES``, how often a message comes before it is given up: the queue's ``maxReceiveCount``.
    """

    bucket: str = Field(min_length=3)
    table: str = Field(min_length=3)
    today: date | None = None
    queue: str | None = None
    dead_letter_queue: str | None = None
    tries: int = Field(default=5, ge=1)

    @classmethod
    def load(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings.

        Raises:
            StoreError: one is missing or wrong; names the variable.
        """
        names = {name: PREFIX + name.upper() for name in cls.model_fields}
        given = {name: environment[variable] for name, variable in names.items() if environment.get(variable)}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            wrong = "; ".join(f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
            raise StoreError(f"the environment is not set up: {wrong}") from error
