"""One MariaDB server of a work directory: its own data, a socket and a port of 127.0.0.1, ended by its process id.

It writes its log of changes as DMS wants it (docs/CHANGE_CAPTURE.md): whole rows, before and after. Terraform knows
nothing of it: it stands for what is on premises.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pymysql

from local.embedded_aws.environment import LOOP_BACK
from local.embedded_aws.process import end, lives, start_mark
from local.lambda_service.atomic_file import write_atomically
from local.shop_database.installation import CLIENT, MAKER, SERVER, make_sure, program

FOLDER, DESCRIPTION, LOG = "shop_database", "database.json", "server.log"
START_SECONDS, STOP_SECONDS = 60.0, 30.0
LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107
OWNER, CAPTURE = "shop", "change_capture"
SETTINGS = (
    "--log-bin=changes",
    "--server-id=1",
    "--binlog-format=ROW",
    "--binlog-row-image=FULL",
    "--binlog-row-metadata=FULL",  # without it the log tells no names of columns
    "--gtid-strict-mode=ON",
    "--sync-binlog=0",  # the machine's data is worth no wait for the disk
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-buffer-pool-size=64M",
    "--character-set-server=utf8mb4",
    "--default-time-zone=+00:00",
    "--lower-case-table-names=0",
    "--skip-name-resolve",
    "--performance-schema=OFF",
    "--max-connections=64",
)


class DatabaseError(RuntimeError):
    """When the server cannot be started or ended; the message says where its log lies."""


@dataclass(frozen=True, kw_only=True)
class ShopDatabase:
    """A running server. ``passwords`` are those of its two users: the shop's own, and the one that captures changes."""

    pid: int
    process_start: str
    port: int
    socket: str
    passwords: dict[str, str]

    def connect(self, user: str = OWNER, **more: Any) -> "pymysql.Connection[Any]":
        """A connection of its own for whoever asks; times are in UTC."""
        return pymysql.connect(**{"autocommit": True} | self.login(user) | more)

    def login(self, user: str) -> dict[str, str]:
        """What `connect` says of it, for another process."""
        return {"unix_socket": self.socket, "user": user, "password": self.passwords[user], "charset": "utf8mb4"}

    def log_position(self) -> str:
        """The last transaction in the log of changes."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT @@gtid_binlog_pos")
            return str(cursor.fetchone()[0])

    def run_script(self, sql: bytes) -> None:
        """A script as the command-line client reads it, with its own delimiters."""
        command = [program(CLIENT), f"--socket={self.socket}", f"--user={OWNER}", "--default-character-set=utf8mb4"]
        environment = os.environ | {"MYSQL_PWD": self.passwords[OWNER]}
        done = subprocess.run(command, input=sql, env=environment, capture_output=True, check=False)
        if done.returncode != 0:
            raise DatabaseError(f"a script ended with {done.stderr.decode(errors='replace').strip()}")


def find(work_dir: Path) -> ShopDatabase | None:
    """The server of ``work_dir`` if it runs."""
    try:
        known = ShopDatabase(**json.loads((work_dir.resolve() / FOLDER / DESCRIPTION).read_text()))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None
    return known if lives(known.pid, known.process_start) else None


def start(work_dir: Path) -> ShopDatabase:
    """The server of ``work_dir``: the one that runs, or a new one, which outlives the caller, on what it left."""
    if running := find(work_dir):
        return running
    make_sure()
    home = work_dir.resolve() / FOLDER
    home.mkdir(parents=True, exist_ok=True)
    data = home / "data"
    if not (data / "mysql").is_dir():
        _make(data)
    passwords = {user: secrets.token_hex(16) for user in (OWNER, CAPTURE)}
    first_words = home / "accounts.sql"
    write_atomically(first_words, _accounts(passwords).encode(), durable=False)
    first_words.chmod(0o600)
    port, path = _free_port(), _socket_path(home)
    pid = _spawn(home, data, port, path, first_words)
    mark = start_mark(pid)
    if mark is None:
        raise DatabaseError(f"MariaDB ended at once; see {home / LOG}")
    database = ShopDatabase(pid=pid, process_start=mark, port=port, socket=str(path), passwords=passwords)
    _await(database, home / LOG)
    first_words.unlink()
    description = home / DESCRIPTION
    write_atomically(description, json.dumps(asdict(database)).encode(), durable=False)
    description.chmod(0o600)
    return database


def stop(work_dir: Path) -> bool:
    """Ends the server and waits; False if none ran. What it holds stays for the next start."""
    known = find(work_dir)
    if known is None:
        return False
    if not end(known.pid, known.process_start, patience_seconds=STOP_SECONDS):
        raise DatabaseError(f"MariaDB's process {known.pid} does not end; end it by hand: kill -9 {known.pid}")
    (work_dir.resolve() / FOLDER / DESCRIPTION).unlink(missing_ok=True)
    return True


def _make(data: Path) -> None:
    command = [program(MAKER), "--no-defaults", f"--datadir={data}", "--skip-test-db", *_as_whom()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DatabaseError(f"MariaDB's data could not be made in {data}: {done.stderr.strip() or done.stdout.strip()}")


def _spawn(home: Path, data: Path, port: int, path: Path, first_words: Path) -> int:
    """In a session of its own: neither the caller's end nor a signal to the caller's group reaches it."""
    command = [program(SERVER), "--no-defaults", f"--datadir={data}", f"--socket={path}", f"--port={port}"]
    command += [f"--bind-address={LOOP_BACK}", f"--init-file={first_words}", f"--pid-file={home / 'mariadb.pid'}"]
    with (home / LOG).open("ab") as log:
        process = subprocess.Popen(
            [*command, *_as_whom(), *SETTINGS],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return process.pid


def _await(database: ShopDatabase, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while lives(database.pid, database.process_start):
        try:
            with closing(database.connect()):
                return
        except pymysql.err.OperationalError:
            if time.monotonic() > deadline:
                os.kill(database.pid, signal.SIGKILL)
                break
            time.sleep(0.05)
    raise DatabaseError(f"MariaDB did not start; see {log}")


def _accounts(passwords: dict[str, str]) -> str:
    """One statement a line, as --init-file wants them: new passwords with every start, and no right too many."""
    make = "CREATE OR REPLACE USER {0} IDENTIFIED BY '{1}';\nGRANT {2} ON *.* TO {0};\n"
    return "".join(
        make.format(f"{user}@'{host}'", passwords[user], rights)
        for user, rights in ((OWNER, "ALL PRIVILEGES"), (CAPTURE, "SELECT, REPLICATION SLAVE, REPLICATION CLIENT"))
        for host in ("localhost", LOOP_BACK)
    )


def _as_whom() -> list[str]:
    # It refuses to be root unasked.
    return ["--user=root"] if os.geteuid() == 0 else []


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((LOOP_BACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _socket_path(home: Path) -> Path:
    near = home / "mariadb.sock"
    if len(str(near)) <= LONGEST_SOCKET_PATH:
        return near
    folder = Path(tempfile.gettempdir()) / f"shop-database-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{sha256(str(home).encode()).hexdigest()[:16]}.sock"
