"""What AWS Lambda does for a Kinesis event source mapping, on this machine.

In: the mappings, functions and layers that Terraform applied to the embedded AWS, and the records of its streams.
Out: invocations of the real function code, checkpoints, on-failure objects in S3, a status file and a log per function.
"""
