"""Clients of AWS, made here and nowhere else: to make one is not safe in several threads at once, to use one is.

https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
"""

from threading import Lock
from typing import Any

import boto3

# All are made on the one session that the process has: it loads credentials and models of services once.
_ONE_AT_A_TIME = Lock()


def aws_client(service: str, **options: Any) -> Any:
    """A client of ``service``; ``options`` as boto3 takes them."""
    make: Any = boto3.client
    with _ONE_AT_A_TIME:
        return make(service, **options)
