"""What the jobs tell CloudWatch, and that nobody hearing it fails no job."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from lib.metrics import METRICS, NAMESPACE, QUALITY_FAILED, ROWS_PUBLISHED, put_metrics


class Hears:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.heard: list[dict[str, Any]] = []

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> None:  # noqa: N803
        assert Namespace == NAMESPACE
        if self.error:
            raise self.error
        self.heard += MetricData


def test_a_metric_has_the_job_as_its_only_dimension() -> None:
    cloudwatch = Hears()
    put_metrics("order_etl", "orders", {QUALITY_FAILED: 1, ROWS_PUBLISHED: 0}, cloudwatch=cloudwatch)
    assert cloudwatch.heard == [
        {"MetricName": name, "Value": value, "Unit": "Count", "Dimensions": [{"Name": "Job", "Value": "order_etl"}]}
        for name, value in ((QUALITY_FAILED, 1), (ROWS_PUBLISHED, 0))
    ]


def test_the_log_says_the_table_too(capsys: pytest.CaptureFixture[str]) -> None:
    put_metrics("order_etl", "orders", {ROWS_PUBLISHED: 5}, cloudwatch=Hears())
    assert json.loads(capsys.readouterr().out) == {
        "job": "order_etl",
        "table": "orders",
        "metric": "RowsPublished",
        "value": 5,
    }


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "PutMetricData"),
        EndpointConnectionError(endpoint_url="https://monitoring"),
    ],
)
def test_a_metric_that_nobody_takes_fails_no_job_and_is_said(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    put_metrics("order_etl", "orders", {ROWS_PUBLISHED: 5}, cloudwatch=Hears(error))
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (last["metrics"], last["table"]) == (["RowsPublished"], "orders")
    assert last["not_taken"]


def test_without_a_region_it_is_said_as_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    put_metrics("order_etl", "orders", {ROWS_PUBLISHED: 5})
    assert "not_taken" in capsys.readouterr().out


def test_a_metric_that_no_alarm_knows_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=f"Rows.*there are {', '.join(METRICS)}"):
        put_metrics("order_etl", "orders", {"Rows": 1}, cloudwatch=Hears())
