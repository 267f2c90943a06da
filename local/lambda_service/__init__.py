"""What AWS Lambda does for event source mappings of Kinesis streams and SQS queues, on this machine.

In: the mappings, functions and layers that Terraform applied to the embedded AWS, the records of its streams and the
messages of its queues.
Out: invocations of the real function code, checkpoints, on-failure objects in S3, a status file and a log per function.
"""
