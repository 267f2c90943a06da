"""Who is joined by any chain of links, and what the group is called."""

import pytest
from pyspark.sql import DataFrame, SparkSession

from lib import components as rounds
from lib.components import components


def found(spark: SparkSession, records: str, links: dict[str, str]) -> dict[str, str]:
    """The label of each record; records are letters and carry themselves as labels."""
    labels = spark.createDataFrame([(letter, letter) for letter in records], "record string, label string")
    return {row.record: row.label for row in components(labels, linked(spark, links)).collect()}


def linked(spark: SparkSession, links: dict[str, str]) -> DataFrame:
    pairs = [(link, letter) for link, letters in links.items() for letter in letters]
    return spark.createDataFrame(pairs, "link string, record string")


def test_a_chain_is_one_group_called_by_its_smallest_label(spark: SparkSession) -> None:
    links = {"1": "fe", "2": "ed", "3": "dc", "4": "cb", "5": "xyz", "6": "zx", "7": "q"}
    assert found(spark, "bcdefxyzq", links) == {**dict.fromkeys("bcdef", "b"), **dict.fromkeys("xyz", "x"), "q": "q"}


def test_without_links_everybody_is_alone(spark: SparkSession) -> None:
    assert found(spark, "ab", {}) == {"a": "a", "b": "b"}


def test_labels_that_never_settle_are_an_error(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "MOST_ROUNDS", 1)
    with pytest.raises(RuntimeError, match="still spread after 1 rounds"):
        found(spark, "abc", {"1": "ab", "2": "bc"})
