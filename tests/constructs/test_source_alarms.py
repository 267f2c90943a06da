import dataclasses
import json

import pytest
from cdktf import TerraformStack

from config import Environment
from config.source import Source
from config.sources import SOURCES, event_sources, file_sources
from constructs.alerts import Alerts
from constructs.encryption_key import EncryptionKey
from constructs.event_source_alarms import COUNTS, watch_event_source
from constructs.python_function import PythonFunction
from constructs.source_alarms import watch_source
from etl_processor.accounting import account_line
from etl_processor.batch import BatchResult
from etl_processor.families import FAMILIES
from tests.support.synthesis import Block, synthesized

CUSTOMERS = next(source for source in file_sources(SOURCES) if source.name == "crm_customers")


def alarms(env: Environment, source: Source) -> dict[str, Block]:
    def build(stack: TerraformStack) -> None:
        watch_source(Alerts(stack, "Alerts", env=env), source)

    found = synthesized(build).all("aws_cloudwatch_metric_alarm").values()
    return {alarm["alarm_name"]: alarm for alarm in found}


def test_a_source_of_which_no_file_came_in_time_is_told_of_even_if_nothing_ever_came(env: Environment) -> None:
    silent = alarms(env, CUSTOMERS)["ecommerce-test-crm-customers-silent"]
    assert silent["period"] * silent["evaluation_periods"] == 26 * 3_600
    assert silent["treat_missing_data"] == "breaching"
    # A file that repeats an earlier one, or is refused, is a sign of life: its figure is 0, and there is one.
    assert (silent["statistic"], silent["threshold"]) == ("SampleCount", 1)
    assert silent["comparison_operator"] == "LessThanThreshold"
    assert "crm-team" in silent["alarm_description"]


def test_a_refused_file_is_told_of_at_once(env: Environment) -> None:
    refused = alarms(env, CUSTOMERS)["ecommerce-test-crm-customers-refused"]
    assert (refused["metric_name"], refused["statistic"], refused["threshold"]) == ("FilesRefused", "Sum", 0)
    assert refused["treat_missing_data"] == "notBreaching"


@pytest.mark.parametrize("source", file_sources(SOURCES), ids=lambda source: source.name)
def test_no_alarm_looks_back_further_than_cloudwatch_does(env: Environment, source: Source) -> None:
    for alarm in alarms(env, source).values():
        assert alarm["period"] * alarm["evaluation_periods"] <= 604_800


def test_a_source_that_comes_when_it_likes_is_never_silent(env: Environment) -> None:
    assert set(alarms(env, dataclasses.replace(CUSTOMERS, freshness_hours=None))) == {
        "ecommerce-test-crm-customers-refused"
    }


def test_a_source_of_events_is_silent_when_the_function_counted_none_of_them(env: Environment) -> None:
    clickstream = next(source for source in event_sources(SOURCES) if source.name == "clickstream")

    def build(stack: TerraformStack) -> None:
        key = EncryptionKey(stack, "Key", name="k", account_id=env.account_id)
        function = PythonFunction(
            stack,
            "EtlProcessor",
            source="etl_processor",
            env=env,
            size=env.etl_processor,
            key=key,
            contracts=[],
            variables={"LOG_LEVEL": "INFO"},
        )
        watch_event_source(Alerts(stack, "Alerts", env=env), clickstream, function)

    template = synthesized(build)
    counted = template.one("aws_cloudwatch_log_metric_filter")
    assert counted["pattern"] == "{ $.StoredByEvent.shop_event > 0 }"
    transformation = counted["metric_transformation"]
    silent = template.one("aws_cloudwatch_metric_alarm")
    assert (silent["namespace"], silent["metric_name"]) == (transformation["namespace"], transformation["name"])
    assert (silent["evaluation_periods"], silent["treat_missing_data"]) == (2, "breaching")


def test_the_function_counts_by_the_names_that_the_registry_has() -> None:
    families = {family.EVENT for family in FAMILIES}
    assert {source.contract for source in event_sources(SOURCES)} == families
    stored = dict.fromkeys(families, 2)
    result = BatchResult(received=6, stored=6, late=0, stored_by_event=stored, quarantined={}, objects=())
    assert json.loads(account_line(result, function_name="f", now_ms=1))[COUNTS] == stored
