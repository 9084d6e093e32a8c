from tests.core.store.backend import aws, bucket, dynamodb, table
from tests.core.store.backend import both_engines as dynamodb_endpoint

__all__ = ["aws", "bucket", "dynamodb", "dynamodb_endpoint", "table"]
