"""How long each function takes to start, against importing boto3 and making the two clients it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PEER = """
import boto3
session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="cn-north-1")
session.client("s3"), session.client("dynamodb")
"""


def start_function(name: str) -> None:
    """Import a function's module in a new process."""
    _python(f"import sys; sys.path.insert(0, {str(ROOT / 'functions')!r}); import {name}.app")


def start_peer() -> None:
    """Import boto3 and make an S3 and a DynamoDB client in a new process."""
    _python(PEER)


def _python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)
