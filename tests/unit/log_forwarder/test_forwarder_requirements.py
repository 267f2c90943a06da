"""What is packed with the log_forwarder is a part of what is packed, and tested, with the etl_processor."""

import re
from pathlib import Path

FUNCTIONS = Path(__file__).parents[3] / "lambda_src"
BLOCK = re.compile(r"^[a-z0-9-]+==(?:.*\\\n)*.*$", re.MULTILINE)


def blocks(function: str) -> set[str]:
    return set(BLOCK.findall((FUNCTIONS / function / "requirements.txt").read_text()))


def test_versions_and_digests_are_the_etl_processors() -> None:
    assert blocks("log_forwarder") < blocks("etl_processor")
    assert len(blocks("log_forwarder")) == 4
