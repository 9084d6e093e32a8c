"""Where the bucket and the table are, from the environment; checked once, when a function starts."""

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
    """

    bucket: str = Field(min_length=3)
    table: str = Field(min_length=3)
    today: date | None = None

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
