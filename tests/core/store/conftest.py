from tests.core.store.backend import aws, bucket, dynamodb, dynamodb_endpoint, table

__all__ = ["aws", "bucket", "dynamodb", "dynamodb_endpoint", "table"]
