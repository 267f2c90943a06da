"""What came in, sent again: from the archive, from quarantine after a fix, from the batches a function gave up.

Whatever is sent is one more delivery of records that readers know by their event id: who has seen them sees no change.
"""
