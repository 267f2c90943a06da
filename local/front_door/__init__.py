"""The front door of this machine: the REST API as it was applied to the embedded AWS, answering over HTTP.

    with front_door(aws.endpoint, region="eu-west-1") as door:
        requests.post(f"{door.url}/events", headers={"x-api-key": door.keys["shop"]}, ...)

On the command line: `python -m local.front_door --work-dir build/local`.
"""

from local.front_door.server import LocalDoor, front_door

__all__ = ["LocalDoor", "front_door"]
