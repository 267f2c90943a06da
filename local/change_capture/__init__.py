"""What DMS does, on this machine: a database's tables and its changes go in, Parquet objects in bronze come out.

It takes its orders from the task as DMS has it (table mappings, the S3 endpoint's settings, the source's secret), and
tests the way from there on: the files, their order, the merge. It does not test DMS itself.
"""
