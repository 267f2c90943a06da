from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Client = Callable[[str], Any]


@pytest.fixture
def athena(client: Client) -> Any:
    return client("athena")


def test_a_named_query_can_be_deleted(athena: Any) -> None:
    query = athena.create_named_query(Name="revenue", Database="silver", QueryString="SELECT 1")["NamedQueryId"]

    athena.delete_named_query(NamedQueryId=query)

    assert query not in athena.list_named_queries()["NamedQueryIds"]


def test_a_workgroup_changes_what_is_named_and_keeps_the_rest(athena: Any) -> None:
    result = {"OutputLocation": "s3://results/", "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"}}
    limits = {"BytesScannedCutoffPerQuery": 20_000_000, "ResultConfiguration": result}
    athena.create_work_group(Name="analysts", Configuration=limits, Description="before")

    athena.update_work_group(
        WorkGroup="analysts",
        Description="after",
        ConfigurationUpdates={
            "RemoveBytesScannedCutoffPerQuery": True,
            "PublishCloudWatchMetricsEnabled": True,
            "ResultConfigurationUpdates": {"OutputLocation": "s3://others/"},
        },
    )

    group = athena.get_work_group(WorkGroup="analysts")["WorkGroup"]
    assert group["Description"] == "after"
    assert "BytesScannedCutoffPerQuery" not in group["Configuration"]
    assert group["Configuration"]["PublishCloudWatchMetricsEnabled"] is True
    assert group["Configuration"]["ResultConfiguration"] == result | {"OutputLocation": "s3://others/"}


def test_a_workgroup_that_is_not_there_cannot_be_changed(athena: Any) -> None:
    with pytest.raises(ClientError, match="WorkGroup nobody is not found"):
        athena.update_work_group(WorkGroup="nobody")
