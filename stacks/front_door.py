"""The front door layer: how a shop's events come onto the stream by HTTP."""

from config import Environment
from constructs import Construct
from constructs.alerts import Alerts
from constructs.event_stream import EventStream
from constructs.front_door import FrontDoor
from constructs.front_door_alarms import watch_front_door
from constructs.web_firewall import WebFirewall
from contracts import load_contract

# The families that shops send; web requests come from log_forwarder.
FAMILIES = ("order_event", "shop_event")


class FrontDoorLayer(Construct):
    """``door`` onto ``stream``, behind a firewall if ``env.front_door`` has one; nothing where that is None."""

    def __init__(
        self, scope: Construct, id_: str, *, env: Environment, stream: EventStream, alerts: Alerts | None = None
    ) -> None:
        super().__init__(scope, id_)
        self.door: FrontDoor | None = None
        size = env.front_door
        if size is None:
            return
        contracts = [load_contract(name) for name in FAMILIES]
        door = FrontDoor(self, "Door", env=env, size=size, stream=stream, contracts=contracts)
        self.door = door
        if size.firewall:
            WebFirewall(self, "Firewall", env=env, name=door.name, size=size.firewall, protected=door.stage.arn)
        if alerts:
            watch_front_door(alerts, door)
