"""What Firehose does for a delivery stream that reads a Kinesis stream and writes to S3, on this machine.

In: the delivery streams that Terraform applied to the embedded AWS, and the records of their streams. Out: objects in
S3, named and written as Firehose does, and checkpoints. Firehose's own promise holds: at least once.
"""
