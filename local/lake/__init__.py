"""Reading the lake: the Glue catalog and the objects in S3 go in, DuckDB tables of the same names come out."""
