"""Connected components: who belongs together through any chain of links, by labels that spread until none changes."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

# A round carries a label two links far at least; a chain of so many is no person any more.
MOST_ROUNDS = 50


def components(labels: DataFrame, links: DataFrame) -> DataFrame:
    """``record``, ``label``: the smallest label of all that are joined to the record.

    ``labels`` has a record once with a label of its own; ``links`` are ``link``, ``record``: whoever has the same link
    belongs together. RuntimeError if labels still spread after `MOST_ROUNDS`.
    """
    # What is computed in a round must not be computed again in each later one.
    edges = _shared(links).join(labels, on="record", how="inner").select("link", "record", "label").localCheckpoint()
    if edges.isEmpty():
        return labels.select("record", "label")
    for _ in range(MOST_ROUNDS):
        before = edges.withColumn("before", F.col("label"))
        edges = _spread(_spread(before)).localCheckpoint()
        if edges.where("label < before").isEmpty():
            return _with_labels(labels, edges)
    raise RuntimeError(f"links: labels still spread after {MOST_ROUNDS} rounds; links of so long a chain are an error")


def _shared(links: DataFrame) -> DataFrame:
    """Links that more than one record has; the others join nothing."""
    records = F.count("record").over(Window.partitionBy("link"))
    return links.distinct().withColumn("records", records).where("records > 1").select("link", "record")


def _spread(edges: DataFrame) -> DataFrame:
    """Each record with the smallest label of those with whom it shares a link."""
    of_link = F.min("label").over(Window.partitionBy("link"))
    of_record = F.min("of_link").over(Window.partitionBy("record"))
    return edges.withColumn("of_link", of_link).withColumn("label", of_record)


def _with_labels(labels: DataFrame, edges: DataFrame) -> DataFrame:
    """All records, those without a link with their own label."""
    found = edges.select("record", F.col("label").alias("found")).distinct()
    joined = labels.join(found, on="record", how="left")
    return joined.select("record", F.coalesce("found", "label").alias("label")).localCheckpoint()
