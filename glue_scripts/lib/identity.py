"""Which records are one customer: states of records in, the customer of each record out; every record has exactly one.

Records belong together if the CRM says so (the same person), or share an e-mail address, or share a telephone number
and bear the same names and year of birth: many households have one number. An address or number identifies nobody if
more than `MOST_OF_A_SOURCE` ids of one source have it, or if those who have it contradict one another in name, gender
or year of birth; then only those of them belong together who also bear the same name and year of birth. The same holds
for what is joined through a chain: if a group contradicts itself, its addresses alone join nothing.

A customer is named by the record of theirs that came first, and so keeps the name when records join. If two customers
turn out to be one, the older name stays; if one turns out to be two, the first record keeps it.
"""

from functools import reduce
from operator import or_

from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F  # noqa: N812

from lib.components import components
from lib.crm_records import SOURCES

# More than any person has accounts, and fewer than a shop counter that enters its own address or number.
MOST_OF_A_SOURCE = 4
ID_DIGITS = 32
TRAITS = ("name_token", "first_name_token", "last_name_token", "gender", "birth_year")


def customers_of(states: DataFrame) -> DataFrame:
    """``record``, ``customer_id``: by what is known of each record last."""
    # What several later steps use must not be computed again for each of them.
    known = latest(states).localCheckpoint()
    labels = known.select("record", _seniority().alias("label"))
    by_email_and_name = trusted(_links(known, "email_token", _name(), "birth_year"))
    sure = _links(known, "person").select("link", "record").unionByName(by_email_and_name)
    by_email = trusted(_links(known, "email_token"))
    groups = components(labels, sure.unionByName(by_email))
    unsound = _unsound(groups, known).localCheckpoint()
    if not unsound.isEmpty():
        groups = components(labels, sure.unionByName(by_email.join(unsound, on="record", how="left_anti")))
    return _named(_joined_by_phone(groups, known))


def latest(states: DataFrame) -> DataFrame:
    """The last state of each record."""
    newest = Window.partitionBy("record").orderBy(F.desc("arrived"))
    return states.withColumn("place", F.row_number().over(newest)).where("place = 1").select(*states.columns)


def trusted(links: DataFrame) -> DataFrame:
    """``link``, ``record`` of those links that few records share who do not contradict one another."""
    of_link = Window.partitionBy("link")
    most = F.greatest(*(F.count(F.when(F.col("source") == source, 1)).over(of_link) for source in SOURCES))
    is_trusted = (most <= MOST_OF_A_SOURCE) & ~_contradicts(of_link)
    return links.withColumn("is_trusted", is_trusted).where("is_trusted").select("link", "record")


def _contradicts(group: WindowSpec) -> Column:
    """Whether the members of a group cannot be one person; who tells nothing of a trait contradicts nobody.

    Last names may differ, for people marry; and the year of birth by one, for it may come from an age.
    """
    differs = [
        F.min(name).over(group) < F.max(name).over(group) for name in ("name_token", "first_name_token", "gender")
    ]
    years = F.max("birth_year").over(group) - F.min("birth_year").over(group)
    return reduce(or_, (F.coalesce(found, F.lit(False)) for found in (*differs, years > 1)))


def _links(known: DataFrame, *parts: str | Column) -> DataFrame:
    """``link`` of the records that have all parts, with what can contradict it."""
    named = [F.col(part) if isinstance(part, str) else part for part in parts]
    # The first part's name keeps a person's number and a token of the same spelling apart.
    link = F.concat(F.lit(f"{parts[0]}:{len(parts)}:"), *(F.concat(F.lit("/"), part) for part in named))
    return known.select(link.alias("link"), "record", "source", *TRAITS).where("link IS NOT NULL")


def _name() -> Column:
    """The full name, or both names; a token of one says nothing of the other."""
    return F.coalesce(F.col("name_token"), F.concat("first_name_token", F.lit("+"), "last_name_token"))


def _unsound(groups: DataFrame, known: DataFrame) -> DataFrame:
    """The records of groups that contradict themselves."""
    members = groups.join(known.select("record", *TRAITS), on="record", how="inner")
    is_unsound = _contradicts(Window.partitionBy("label"))
    return members.withColumn("is_unsound", is_unsound).where("is_unsound").select("record")


def _joined_by_phone(groups: DataFrame, known: DataFrame) -> DataFrame:
    """The groups, those as one whose telephone number, names and year of birth are the same."""
    links = trusted(_links(_with_traits_of_group(known, groups), "phone_token", _name(), "birth_year"))
    of_groups = links.join(groups, on="record", how="inner").select("link", F.col("label").alias("record")).distinct()
    joined = components(groups.select(F.col("label").alias("record"), "label").distinct(), of_groups)
    older = joined.select(F.col("record").alias("label"), F.col("label").alias("older"))
    return groups.join(older, on="label", how="inner").select("record", F.col("older").alias("label"))


def _with_traits_of_group(known: DataFrame, groups: DataFrame) -> DataFrame:
    """Records with the traits of their group: a telephone number has none of its own."""
    members = known.join(groups, on="record", how="inner")
    rank = F.struct(precedence(), "record")
    of_group = Window.partitionBy("label")
    return members.select(
        *(name for name in known.columns if name not in TRAITS),
        *(F.min_by(name, F.when(F.col(name).isNotNull(), rank)).over(of_group).alias(name) for name in TRAITS),
    )


def precedence() -> Column:
    """0 for the most trusted source."""
    ranks = F.create_map(*(F.lit(value) for rank, source in enumerate(SOURCES) for value in (source, rank)))
    return ranks[F.col("source")]


def _seniority() -> Column:
    """A text that is smaller the earlier a record came; of those that came at once, the most trusted source's."""
    moment = F.lpad(F.unix_micros("first_arrived").cast("string"), 20, "0")
    return F.concat_ws("|", moment, precedence().cast("string"), "record")


def _named(groups: DataFrame) -> DataFrame:
    first_record = F.element_at(F.split("label", r"\|"), 3)
    return groups.select("record", F.substring(F.sha2(first_record, 256), 1, ID_DIGITS).alias("customer_id"))
