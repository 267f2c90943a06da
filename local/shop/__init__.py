"""The shop: real or generated orders go in, records on the order stream and a ledger of them come out."""
