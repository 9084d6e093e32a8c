"""kaohe on one machine: the bucket, queues, table and functions that ``infra/template.yaml`` describes, on loopback."""
