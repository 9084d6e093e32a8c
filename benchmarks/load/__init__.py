"""A month of the whole country: every county's contract sends its figures within the hour, some of them twice.

``make load``, or ``python -m benchmarks.load --contracts 500``; docs/scale.md says what came of it. A county is the
region of the plugin guide under a name of its own, installed as any region is. Bucket and queue are moto's on loopback,
the table is DynamoDB Local where it can be had; between them runs the real intake function, in processes of its own.
"""
