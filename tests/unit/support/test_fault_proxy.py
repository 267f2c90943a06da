"""Does the proxy do to a call what was planned, and to no other?"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.support.fault_proxy import ALWAYS, Fault, FaultProxy, fault_proxy
from tests.support.killing import wait_for
from tests.support.plain_client import plain_client


class _Taker(BaseHTTPRequestHandler):
    """Takes everything and remembers it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    taken: list[str]

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.taken.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.taken.append(self.headers["X-Amz-Target"])
        body = b'{"SequenceNumber": "1", "ShardId": "s"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def taken() -> list[str]:
    return []


@pytest.fixture
def proxy(taken: list[str]) -> Iterator[FaultProxy]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Taker", (_Taker,), {"taken": taken}))
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    with fault_proxy(f"http://127.0.0.1:{server.server_port}") as proxy:
        yield proxy
    server.shutdown()
    server.server_close()


def put(proxy: FaultProxy, key: str = "orders/1", *, attempts: int = 1) -> None:
    s3 = plain_client("s3", proxy.endpoint, attempts=attempts)
    s3.put_object(Bucket="b", Key=key, Body=b"x")


def put_record(proxy: FaultProxy) -> None:
    plain_client("kinesis", proxy.endpoint).put_record(StreamName="s", Data=b"x", PartitionKey="k")


def code_of(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    return error.value.response["Error"]["Code"], error.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_what_is_not_planned_passes(proxy: FaultProxy, taken: list[str]) -> None:
    other = proxy.plan(Fault(kind="reset", method="PUT", part="/quarantine/"))
    put(proxy)
    assert (taken, other.befell) == (["/b/orders/1"], 0)


def test_a_reset_call_has_no_effect(proxy: FaultProxy, taken: list[str]) -> None:
    proxy.plan(Fault(kind="reset", method="PUT"))
    with pytest.raises(BotoCoreError):
        put(proxy)
    assert taken == []


def test_a_lost_answer_hides_an_effect_and_the_clients_own_retry_repeats_it(
    proxy: FaultProxy, taken: list[str]
) -> None:
    fault = proxy.plan(Fault(kind="reset_after", method="PUT", path="orders/1"))
    put(proxy, attempts=2)
    assert (taken, fault.befell) == (["/b/orders/1"] * 2, 1)


def test_s3_says_slow_down_and_nothing_arrives(proxy: FaultProxy, taken: list[str]) -> None:
    proxy.plan(Fault(kind="slow_down", times=ALWAYS))
    with pytest.raises(ClientError) as error:
        put(proxy)
    assert (code_of(error), taken) == (("SlowDown", 503), [])


def test_kinesis_throttles_one_operation_only(proxy: FaultProxy, taken: list[str]) -> None:
    proxy.plan(Fault(kind="throttle", operation="PutRecord"))
    put(proxy)
    with pytest.raises(ClientError) as error:
        put_record(proxy)
    assert code_of(error) == ("ProvisionedThroughputExceededException", 400)
    put_record(proxy)
    assert taken == ["/b/orders/1", "Kinesis_20131202.PutRecord"]


@pytest.mark.parametrize(("status", "code"), [(403, "AccessDenied"), (400, "KMS.DisabledException")])
def test_an_error_of_any_code_can_be_planned(proxy: FaultProxy, status: int, code: str) -> None:
    proxy.plan(Fault(kind="refuse", status=status, code=code))
    with pytest.raises(ClientError) as error:
        put(proxy)
    assert code_of(error) == (code, status)


def test_a_delayed_call_still_arrives(proxy: FaultProxy, taken: list[str]) -> None:
    proxy.plan(Fault(kind="delay", seconds=0.3))
    started = time.monotonic()
    put(proxy)
    assert time.monotonic() - started >= 0.3
    assert len(taken) == 1


@pytest.mark.parametrize(("kind", "arrives"), [("hold", True), ("lose", False)])
def test_a_held_call_waits_until_the_fault_is_mended(
    proxy: FaultProxy, taken: list[str], kind: Literal["hold", "lose"], *, arrives: bool
) -> None:
    fault = proxy.plan(Fault(kind=kind))
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(put, proxy)
        wait_for(lambda: fault.befell, what="the call", seconds=30)
        assert (taken, call.done()) == ([], False)
        fault.mend()
        assert (call.exception(30) is None) is arrives
    assert bool(taken) is arrives


def test_skips_steps_and_counts_are_kept(proxy: FaultProxy, taken: list[str]) -> None:
    fault = proxy.plan(Fault(kind="slow_down", skip=2, every=3, times=2))
    answers = []
    for number in range(10):
        try:
            put(proxy, f"orders/{number}")
            answers.append("ok")
        except ClientError:
            answers.append("no")
    assert answers == ["ok"] * 4 + ["no"] + ["ok"] * 2 + ["no"] + ["ok"] * 2
    assert (fault.befell, fault.left, len(taken)) == (2, 0, 8)


def test_a_mended_or_forgotten_fault_befalls_nobody(proxy: FaultProxy, taken: list[str]) -> None:
    proxy.plan(Fault(kind="slow_down", times=ALWAYS)).mend()
    put(proxy)
    proxy.plan(Fault(kind="slow_down", times=ALWAYS))
    proxy.forget()
    put(proxy)
    assert len(taken) == 2
