"""A small lake under Lake Formation: one table, its columns tagged, a reader with all but a grant."""

from tests.unit.gate.access.small import KEY, SILVER, Document, add, allow, grant, policy, small

TABLE = "table aws_glue_catalog_table.orders"
READER = "aws_iam_role.reader"
COLUMNS = ["order_id", "email", "year"]
NAMED = {"database_name": "${aws_glue_catalog_table.orders.database_name}", "name": "orders"}


def tag(key: str, value: str) -> list[Document]:
    return [{"key": f"${{aws_lakeformation_lf_tag.{key}.key}}", "value": value}]


def governed() -> Document:
    document = small()
    document["resource"]["aws_iam_role"] |= {
        name: {"name": name, "assume_role_policy": policy()} for name in ("reader", "lake")
    }
    add(document, "aws_lakeformation_data_lake_settings", "x", {"admins": ["arn:aws:iam::333333333333:role/deploy"]})
    for key in ("zone", "sensitivity"):
        add(document, "aws_lakeformation_lf_tag", key, {"key": key, "values": []})
    add(document, "aws_glue_catalog_database", "silver", {"name": "shop_silver"})
    table = {
        "database_name": "${aws_glue_catalog_database.silver.name}",
        "name": "orders",
        "storage_descriptor": {
            "location": "s3://${aws_s3_bucket.silver.bucket}/orders/",
            "columns": [{"name": "order_id"}, {"name": "email"}],
        },
        "partition_keys": [{"name": "year"}],
    }
    add(document, "aws_glue_catalog_table", "orders", table)
    tags = "aws_lakeformation_resource_lf_tags"
    add(
        document,
        tags,
        "a_column",
        {"table_with_columns": NAMED | {"column_names": ["email"]}, "lf_tag": tag("sensitivity", "token")},
    )
    add(document, tags, "b_table", {"table": NAMED, "lf_tag": tag("sensitivity", "none")})
    database = {"database": {"name": "${aws_glue_catalog_database.silver.name}"}, "lf_tag": tag("zone", "silver")}
    add(document, tags, "c_database", database)
    location = {"arn": SILVER, "role_arn": "${aws_iam_role.lake.arn}"}
    add(document, "aws_lakeformation_resource", "silver", location)
    files = [allow("s3:GetObject", on=f"{SILVER}/*"), allow("kms:Decrypt", on=KEY)]
    grant(document, *files, role="lake")
    entry = "arn:aws:glue:eu-west-1:333333333333:table/${aws_glue_catalog_database.silver.name}/*"
    asks = [allow("lakeformation:GetDataAccess", on="*"), allow("glue:GetTable", on=entry)]
    return grant(document, *asks, role="reader")


def by_tag(tags: dict[str, list[str]], *permissions: str, resource_type: str = "TABLE") -> Document:
    expression = [{"key": key, "values": values} for key, values in tags.items()]
    return permit(*permissions, lf_tag_policy={"resource_type": resource_type, "expression": expression})


def permit(*permissions: str, **on: object) -> Document:
    body = {"principal": "${aws_iam_role.reader.arn}", "permissions": list(permissions), **on}
    return add(governed(), "aws_lakeformation_permissions", "x", body)
