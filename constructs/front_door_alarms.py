"""What people are told about the front door."""

from constructs.alerts import Alerts, Limit, Metric
from constructs.front_door import FrontDoor

FIVE_MINUTES = 300


def watch_front_door(alerts: Alerts, door: FrontDoor) -> None:
    """Tells of events that are refused by us or for the caller's fault, and of a door that is slow."""
    # The average of a count per request is its share of all requests.
    for id_, metric, threshold, what in (
        (
            "FrontDoorFails",
            "5XXError",
            0.01,
            "One request in a hundred was not stored. Look at the stream's refusals and the access log. Who sends "
            "again loses nothing.",
        ),
        (
            "FrontDoorRefuses",
            "4XXError",
            0.05,
            "One request in twenty is refused for what it says or for its key. The access log says which client and "
            "kind; tell the shop, which may be losing events.",
        ),
        (
            "FrontDoorSlow",
            "Latency",
            1_000,
            "Answers take more than a second. Look at the stream's latency and throttles.",
        ),
    ):
        alerts.alarm(
            id_,
            name="front-door-" + {"5XXError": "fails", "4XXError": "refuses", "Latency": "slow"}[metric],
            what=what,
            metric=Metric(
                namespace="AWS/ApiGateway",
                name=metric,
                dimensions={"ApiName": door.api.name, "Stage": door.stage.stage_name},
                statistic="Average",
                period_seconds=FIVE_MINUTES,
            ),
            limit=Limit(threshold=threshold, periods=3),
        )
