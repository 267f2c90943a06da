"""The gateway by plain HTTP, as Hadoop's client speaks it, over an emulated S3."""

import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from local.spark import object_writer
from local.spark.gateway import gateway
from tests.support.object_store import ObjectStore, object_store

LAKE = "gateway-lake"


class Answer(NamedTuple):
    status: int
    body: bytes
    location: str | None

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def call(self, method: str, path: str, query: str, body: bytes | None = None) -> Answer:
        self.connection.request(method, f"/webhdfs/v1/{path}?user.name=spark&{query}", body)
        answer = self.connection.getresponse()
        return Answer(answer.status, answer.read(), answer.headers["Location"])

    def create(self, path: str, body: bytes, *, overwrite: bool = False) -> Answer:
        asked = self.call("PUT", path, f"op=CREATE&overwrite={str(overwrite).lower()}")
        assert asked.status == 307
        self.connection.request("PUT", str(asked.location).partition(str(self.port))[2], iter([body]))
        answer = self.connection.getresponse()
        return Answer(answer.status, answer.read(), None)

    def names(self, path: str) -> list[tuple[str, str, int]]:
        found = self.call("GET", path, "op=LISTSTATUS").json["FileStatuses"]["FileStatus"]
        return [(each["pathSuffix"], each["type"], each["length"]) for each in found]


@pytest.fixture(scope="module")
def one_store() -> Iterator[ObjectStore]:
    with object_store(LAKE) as store:
        yield store


@pytest.fixture
def store(one_store: ObjectStore) -> ObjectStore:
    for key in one_store.keys(LAKE):
        one_store.s3.delete_object(Bucket=LAKE, Key=key)
    return one_store


@pytest.fixture
def client(store: ObjectStore) -> Iterator[Client]:
    with gateway(endpoint=store.endpoint, region="us-east-1") as port:
        yield Client(port)


def test_a_file_a_directory_and_what_is_not_there_are_told_apart(store: ObjectStore, client: Client) -> None:
    store.put(LAKE, "a/b.parquet", b"12345")
    file = client.call("GET", f"{LAKE}/a/b.parquet", "op=GETFILESTATUS").json["FileStatus"]
    assert (file["type"], file["length"], file["pathSuffix"]) == ("FILE", 5, "")
    assert client.call("GET", f"{LAKE}/a", "op=GETFILESTATUS").json["FileStatus"]["type"] == "DIRECTORY"
    gone = client.call("GET", f"{LAKE}/a/b", "op=GETFILESTATUS")
    assert (gone.status, gone.json["RemoteException"]["javaClassName"]) == (404, "java.io.FileNotFoundException")


def test_a_directory_lists_its_files_with_sizes_and_its_directories(store: ObjectStore, client: Client) -> None:
    for key, size in (("t/x=1/p.parquet", 3), ("t/_SUCCESS", 0), ("t-other/p", 9)):
        store.put(LAKE, key, b"." * size)
    assert client.names(f"{LAKE}/t") == [("_SUCCESS", "FILE", 0), ("x=1", "DIRECTORY", 0)]


def test_a_directory_of_more_objects_than_s3_lists_at_once_is_listed_whole(
    store: ObjectStore, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(25):
        store.put(LAKE, f"many/{number:02}", b"")
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "10")
    assert len(client.names(f"{LAKE}/many")) == 25


def test_a_listed_file_is_itself(store: ObjectStore, client: Client) -> None:
    store.put(LAKE, "a/b c=ü.parquet", b"12")
    assert client.names(f"{LAKE}/a/b%20c=%C3%BC.parquet") == [("", "FILE", 2)]


def test_a_file_is_read_from_an_offset_to_its_end_or_for_a_length(store: ObjectStore, client: Client) -> None:
    store.put(LAKE, "a", b"0123456789")
    assert client.call("GET", f"{LAKE}/a", "op=OPEN").body == b"0123456789"
    assert client.call("GET", f"{LAKE}/a", "op=OPEN&offset=7").body == b"789"
    assert client.call("GET", f"{LAKE}/a", "op=OPEN&offset=2&length=3").body == b"234"
    assert client.call("GET", f"{LAKE}/a", "op=OPEN&offset=10").body == b""
    assert client.call("GET", f"{LAKE}/a", "op=OPEN&offset=11").status == 400


def test_a_file_that_is_kept_in_memory_is_never_given_out_after_it_changed(store: ObjectStore, client: Client) -> None:
    store.put(LAKE, "a", b"old")
    assert client.call("GET", f"{LAKE}/a", "op=OPEN").body == b"old"
    assert client.call("GET", f"{LAKE}/a", "op=OPEN").body == b"old"
    store.put(LAKE, "a", b"new")
    assert client.call("GET", f"{LAKE}/a", "op=OPEN").body == b"new"
    store.s3.delete_object(Bucket=LAKE, Key="a")
    assert client.call("GET", f"{LAKE}/a", "op=OPEN").status == 404


def test_a_large_file_is_read_in_ranges_too(store: ObjectStore, client: Client) -> None:
    body = bytes(range(256)) * 20_000
    store.put(LAKE, "large", body)
    assert client.call("GET", f"{LAKE}/large", "op=OPEN").body == body
    assert client.call("GET", f"{LAKE}/large", f"op=OPEN&offset={len(body) - 300}").body == body[-300:]
    assert client.call("GET", f"{LAKE}/large", f"op=OPEN&offset={len(body)}").body == b""


def test_a_reader_that_breaks_off_leaves_the_gateway_at_work(store: ObjectStore, client: Client) -> None:
    store.put(LAKE, "large", b"." * 5_000_000)
    with socket.create_connection(("127.0.0.1", client.port)) as careless:
        careless.sendall(f"GET /webhdfs/v1/{LAKE}/large?op=OPEN HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        careless.recv(10)
    assert client.call("GET", f"{LAKE}/large", "op=GETFILESTATUS").status == 200


def test_what_is_written_is_one_object(store: ObjectStore, client: Client) -> None:
    assert client.create(f"{LAKE}/a/b", b"bytes").status == 201
    assert store.body(LAKE, "a/b") == b"bytes"
    assert client.create(f"{LAKE}/empty", b"").status == 201
    assert store.body(LAKE, "empty") == b""


def test_a_large_file_is_written_in_parts(store: ObjectStore, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(object_writer, "PART_BYTES", 5 * 1024 * 1024)
    body = bytes(range(256)) * 50_000
    assert client.create(f"{LAKE}/large", body).status == 201
    assert store.body(LAKE, "large") == body
    assert store.s3.head_object(Bucket=LAKE, Key="large")["ETag"].endswith('-3"')


def test_a_file_that_is_there_is_overwritten_only_when_told_to(store: ObjectStore, client: Client) -> None:
    client.create(f"{LAKE}/a", b"first")
    refused = client.create(f"{LAKE}/a", b"second")
    assert refused.status == 403
    assert refused.json["RemoteException"]["exception"] == "FileAlreadyExistsException"
    assert store.body(LAKE, "a") == b"first"
    again = Client(client.port)  # what was refused may still be on its way on the other connection
    assert again.create(f"{LAKE}/a", b"third", overwrite=True).status == 201
    assert store.body(LAKE, "a") == b"third"


@pytest.mark.parametrize("sent", [b"5\r\nhal", b"5\r\nhalf!\r\n", b"5\r\nhalf!\r\n6000000\r\n" + b"." * 5_300_000])
def test_a_writer_that_is_killed_leaves_no_half_object(
    store: ObjectStore, client: Client, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_writer, "PART_BYTES", 1024 * 1024)
    head = f"PUT /webhdfs/v1/{LAKE}/half?op=CREATE&data=true HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", client.port)) as killed:
        killed.sendall(head.encode() + sent)
        killed.shutdown(socket.SHUT_WR)
        assert killed.recv(1) == b"", "it must be closed without an answer that says it was stored"
    assert store.keys(LAKE) == []
    assert store.s3.list_multipart_uploads(Bucket=LAKE).get("Uploads", []) == []


def test_a_directory_that_was_made_is_there_until_it_is_deleted(store: ObjectStore, client: Client) -> None:
    assert client.call("PUT", f"{LAKE}/t/_temporary/0", "op=MKDIRS").json == {"boolean": True}
    assert client.names(f"{LAKE}/t/_temporary/0") == []
    assert client.names(f"{LAKE}/t") == [("_temporary", "DIRECTORY", 0)]
    assert client.call("DELETE", f"{LAKE}/t/_temporary", "op=DELETE&recursive=true").json == {"boolean": True}
    assert client.call("GET", f"{LAKE}/t/_temporary/0", "op=LISTSTATUS").status == 404
    assert store.keys(LAKE) == []


def test_a_directory_whose_last_file_went_is_gone(store: ObjectStore, client: Client) -> None:
    store.put(LAKE, "t/a")
    assert client.call("DELETE", f"{LAKE}/t/a", "op=DELETE&recursive=false").json == {"boolean": True}
    assert client.call("GET", f"{LAKE}/t", "op=GETFILESTATUS").status == 404
    assert client.call("DELETE", f"{LAKE}/t", "op=DELETE&recursive=true").json == {"boolean": False}


def test_deleting_takes_what_is_below_and_not_what_is_beside(store: ObjectStore, client: Client) -> None:
    for key in ("t/a", "t/b/c", "t2/a", "t"):
        store.put(LAKE, key)
    refused = client.call("DELETE", f"{LAKE}/t", "op=DELETE&recursive=false")
    assert refused.json["RemoteException"]["exception"] == "PathIsNotEmptyDirectoryException"
    assert client.call("DELETE", f"{LAKE}/t", "op=DELETE&recursive=true").json == {"boolean": True}
    assert store.keys(LAKE) == ["t2/a"]


def test_renaming_moves_a_file_or_all_of_a_directory(store: ObjectStore, client: Client) -> None:
    store.put(LAKE, "t/a", b"a")
    store.put(LAKE, "t/x=1/b", b"b")
    assert client.call("PUT", f"{LAKE}/t", f"op=RENAME&destination=/{LAKE}/u").json == {"boolean": True}
    assert store.keys(LAKE) == ["u/a", "u/x=1/b"]
    assert client.call("PUT", f"{LAKE}/u/a", f"op=RENAME&destination=/{LAKE}/c").json == {"boolean": True}
    assert store.body(LAKE, "c") == b"a"


def test_renaming_refuses_a_file_that_is_there_and_goes_into_a_directory(store: ObjectStore, client: Client) -> None:
    for key in ("a", "b", "dir/x"):
        store.put(LAKE, key, key.encode())
    assert client.call("PUT", f"{LAKE}/a", f"op=RENAME&destination=/{LAKE}/b").json == {"boolean": False}
    assert store.body(LAKE, "b") == b"b"
    assert client.call("PUT", f"{LAKE}/a", f"op=RENAME&destination=/{LAKE}/dir").json == {"boolean": True}
    assert store.keys(LAKE) == ["b", "dir/a", "dir/x"]
    assert client.call("PUT", f"{LAKE}/none", f"op=RENAME&destination=/{LAKE}/z").json == {"boolean": False}


def test_a_file_is_one_block_for_the_client_of_this_hadoop_and_of_newer_ones(
    store: ObjectStore, client: Client
) -> None:
    store.put(LAKE, "a", b"12345")
    blocks = client.call("GET", f"{LAKE}/a", "op=GET_BLOCK_LOCATIONS").json["LocatedBlocks"]
    assert (blocks["fileLength"], blocks["lastLocatedBlock"]["block"]["numBytes"]) == (5, 5)
    newer = client.call("GET", f"{LAKE}/a", "op=GETFILEBLOCKLOCATIONS").json["BlockLocations"]["BlockLocation"]
    assert [each["length"] for each in newer] == [5]


def test_a_directory_is_summed_up(store: ObjectStore, client: Client) -> None:
    store.put(LAKE, "t/a", b"12")
    store.put(LAKE, "t/x/b", b"345")
    found = client.call("GET", f"{LAKE}/t", "op=GETCONTENTSUMMARY").json["ContentSummary"]
    assert (found["fileCount"], found["length"]) == (2, 5)


def test_an_unknown_bucket_is_told_with_those_there_are(client: Client) -> None:
    answer = client.call("GET", "no-such-bucket/a", "op=LISTSTATUS")
    assert answer.json["RemoteException"]["message"].startswith("there is no bucket 'no-such-bucket'; there are: ")
    assert LAKE in answer.json["RemoteException"]["message"]


def test_what_the_client_only_wishes_is_granted_and_what_is_unknown_is_refused(client: Client) -> None:
    assert client.call("PUT", f"{LAKE}/a", "op=SETPERMISSION&permission=777").status == 200
    assert client.call("PUT", f"{LAKE}/a", "op=SETTIMES").status == 200
    assert client.call("GET", LAKE, "op=GETHOMEDIRECTORY").json == {"Path": f"/{LAKE}/user/spark"}
    refused = client.call("GET", f"{LAKE}/a", "op=GETXATTRS")
    assert refused.json["RemoteException"]["exception"] == "UnsupportedOperationException"
