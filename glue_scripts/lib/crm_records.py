"""The CRM's four deliveries in one shape: received rows in, what each record said from when on out.

A record is one row of a source through all its deliveries, named by source and key: ``crm_users:17``. Gender, country
and birth year mean the same in all; of a person's age, which is true for a day, the year of birth is made.
"""

from collections.abc import Mapping
from functools import partial, reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from lib.history import changes

# From the most trusted to the least: with the ERP's number, then by the users themselves, then single particulars.
SOURCES = ("crm_customers", "crm_users", "crm_emails", "crm_phones")
# What a source may say of a customer.
ATTRIBUTES = (
    "email_token",
    "phone_token",
    "name_token",
    "first_name_token",
    "last_name_token",
    "birth_year",
    "gender",
    "country",
    "state",
    "marital_status",
    "annual_income",
    "children",
    "education",
    "occupation",
    "is_home_owner",
    "is_selectable",
    "persona",
    "discount_persona",
)
STATE = ("record", "source", "source_id", "person", "arrived", "first_arrived", *ATTRIBUTES)
# What is written so is meant as ISO 3166 has it.
COUNTRIES = {"UK": "GB", "EL": "GR"}


def records(received: Mapping[str, DataFrame]) -> DataFrame:
    """`STATE`: of each record the states that differ from those before, from received rows by source."""
    standard = {
        "crm_customers": _customers(received["crm_customers"]),
        "crm_users": _users(received["crm_users"]),
        "crm_emails": _particulars(received["crm_emails"], "address_id"),
        "crm_phones": _particulars(received["crm_phones"], "kind_id"),
    }
    with_source = [states.withColumn("source", F.lit(source)) for source, states in standard.items()]
    states = reduce(partial(DataFrame.unionByName, allowMissingColumns=True), with_source)
    named = states.withColumn("record", F.concat_ws(":", "source", "source_id"))
    dated = named.withColumn("first_arrived", F.min("arrived").over(Window.partitionBy("record")))
    return changes(dated.select(*STATE), key="record", at="arrived", attributes=ATTRIBUTES)


def _customers(received: DataFrame) -> DataFrame:
    return _one_by_moment(received, "customer_key").select(
        *_origin(F.col("customer_key").cast("string")),
        "first_name_token",
        "last_name_token",
        "email_token",
        "birth_year",
        _gender(),
        "marital_status",
        "annual_income",
        "children",
        _text("education"),
        _text("occupation"),
        "is_home_owner",
    )


def _users(received: DataFrame) -> DataFrame:
    return _one_by_moment(received, "user_id").select(
        *_origin(F.col("user_id")),
        "email_token",
        "name_token",
        _birth_year().alias("birth_year"),
        _gender(),
        _country(),
        _text("state"),
        "is_selectable",
        _text("persona"),
        _text("discount_persona"),
    )


def _particulars(received: DataFrame, number: str) -> DataFrame:
    """E-mail addresses or telephone numbers of persons, who have no row of their own."""
    token = "email_token" if number == "address_id" else "phone_token"
    return _one_by_moment(received, "person_id", number).select(
        *_origin(F.concat_ws("/", "person_id", number)),
        F.col("person_id").cast("string").alias("person"),
        token,
    )


def _one_by_moment(received: DataFrame, *key: str) -> DataFrame:
    """Of two files that came at the same moment the one counts that the received table's view takes."""
    latest = Window.partitionBy(*key, "_arrival_ts").orderBy(F.desc("_file_sha256"), F.desc("_source_line"))
    return received.withColumn("place", F.row_number().over(latest)).where("place = 1").select(*received.columns)


def _origin(source_id: Column) -> tuple[Column, Column]:
    return source_id.alias("source_id"), F.col("_arrival_ts").alias("arrived")


def _gender() -> Column:
    return F.when(F.upper("gender").isin("F", "M"), F.upper("gender")).alias("gender")


def _country() -> Column:
    code = F.upper(F.trim("country"))
    renamed = F.create_map(*(F.lit(text) for pair in COUNTRIES.items() for text in pair))
    return F.coalesce(renamed[code], code).alias("country")


def _text(name: str) -> Column:
    """Without blanks around it; nothing left is null."""
    return F.nullif(F.trim(name), F.lit("")).alias(name)


def _birth_year() -> Column:
    """The year of birth by all ages told so far.

    Whoever is 30 in 2026 was born in 1995 or 1996. Each further delivery narrows it, so that it changes once at most
    and not with every birthday. If ages contradict one another, one was corrected, and the last one counts.
    """
    so_far = Window.partitionBy("user_id").orderBy("_arrival_ts").rowsBetween(Window.unboundedPreceding, 0)
    latest = F.year("_arrival_ts") - F.col("age")
    by_all = F.min(latest).over(so_far)
    is_consistent = F.max(latest - 1).over(so_far) <= by_all
    return F.when(is_consistent, by_all).otherwise(latest)
