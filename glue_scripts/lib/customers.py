"""What a customer is at each moment: states of records and whose they are in, the history of customers out.

At a moment each record counts as it stood then. Of what they say of an attribute, the most trusted source's word is
taken, of one source's records the one that changed last; a source that says nothing overrules nobody. A record that is
missing from a later export stays as it was: an export may be cut short, and whoever has to be forgotten is forgotten by
a deletion of their rows, not by an absence. Who is who is told by what is known now, for the past as well.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from lib.crm_records import ATTRIBUTES
from lib.history import versions
from lib.identity import precedence

# Sources whose ids are kept, and the column they stand in.
IDS = {"crm_customers": "crm_customer_keys", "crm_users": "crm_user_ids"}
PERSONS = "crm_person_ids"
TRACKED = (*IDS.values(), PERSONS, "source_records", *ATTRIBUTES)


def history(states: DataFrame, customers: DataFrame) -> DataFrame:
    """The table `customers`, from states of records and ``record``, ``customer_id``."""
    moments = at_each_moment(states.join(customers, on="record", how="inner"))
    told = versions(moments, key="customer_id", at="moment", attributes=TRACKED)
    return told.select("customer_id", *TRACKED, "valid_from", "valid_to", "is_current", F.lit(0).alias("_part"))


def at_each_moment(owned: DataFrame) -> DataFrame:
    """``customer_id``, ``moment`` (any at which a record of theirs changed) and `TRACKED` as it was then."""
    moments = owned.select("customer_id", F.col("arrived").alias("moment")).distinct()
    before = owned.join(moments, on="customer_id", how="inner").where("arrived <= moment")
    state = F.struct("source", "source_id", "person", "arrived", *ATTRIBUTES)
    then = before.groupBy("customer_id", "moment", "record").agg(F.max_by(state, "arrived").alias("state"))
    return (
        then.select("customer_id", "moment", "record", "state.*")
        .groupBy("customer_id", "moment")
        .agg(
            *(_ids(F.when(F.col("source") == source, F.col("source_id"))).alias(name) for source, name in IDS.items()),
            _ids(F.col("person")).alias(PERSONS),
            F.count("record").cast("int").alias("source_records"),
            *(_taken(attribute).alias(attribute) for attribute in ATTRIBUTES),
        )
    )


def _taken(attribute: str) -> Column:
    """The value by precedence, then by recency; what is equal in both is decided by the record's name."""
    rank = F.struct(precedence(), -F.unix_micros("arrived"), "record")
    return F.min_by(attribute, F.when(F.col(attribute).isNotNull(), rank))


def _ids(value: Column) -> Column:
    """All of a customer's ids in a source in one text, or null."""
    return F.nullif(F.array_join(F.array_sort(F.collect_set(value)), ","), F.lit(""))
