"""What the function writes and what it has written before: parts and verdicts, as objects in S3."""

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from data_validator.verdict import Document, encoded, verdict_key
from shared.table_object import LakeObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

log = logging.getLogger(__name__)


class Lake:
    """The buckets by zone."""

    def __init__(self, s3: "S3Client", buckets: Mapping[str, str]) -> None:
        self._s3, self._buckets = s3, buckets

    def write(self, item: LakeObject) -> None:
        """Put a part; the same part again overwrites it with the same bytes."""
        bucket = self._buckets[item.zone]
        self._s3.put_object(
            Bucket=bucket,
            Key=item.key,
            Body=item.body,
            ContentType="application/vnd.apache.parquet",
            Metadata={"records": str(item.records), "rows": str(item.rows)},
        )
        log.debug("wrote s3://%s/%s: %d rows", bucket, item.key, item.rows)

    def verdict(self, source: str, sha256: str) -> Document | None:
        """The verdict on a content, if there is one."""
        bucket, key = self._buckets["bronze"], verdict_key(source, sha256)
        # Listed first: asked for an object that is not there, S3 answers 403 to a role that may list its prefix only.
        if not self._s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)["KeyCount"]:
            return None
        answer = self._s3.get_object(Bucket=bucket, Key=key)
        document: Document = json.loads(answer["Body"].read())
        return document

    def keep_verdict(self, document: Document, *, instead_of: Document | None) -> Document:
        """Put a verdict, unless another came first; the one that stands.

        Another may come first if the same content lies under two keys and both are read at once, and ours may be that
        other: a lost answer lets the client put it again.
        """
        only_new: dict[str, Any] = {} if instead_of else {"IfNoneMatch": "*"}
        key = verdict_key(document["source"], document["sha256"])
        try:
            self._s3.put_object(
                Bucket=self._buckets["bronze"],
                Key=key,
                Body=encoded(document),
                ContentType="application/json",
                **only_new,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("PreconditionFailed", "412"):
                raise
            first = self.verdict(document["source"], document["sha256"])
            if first is None:
                raise
            return first
        return document
