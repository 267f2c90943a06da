"""What the Spark jobs run, as objects in the scripts zone: a script each, and one zip with what they share."""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from cdktf import AssetType, TerraformAsset
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.s3_object import S3Object

from config.batch_jobs import BatchJob
from constructs import Construct
from constructs.deterministic_zip import folder_files, write_zip
from constructs.lake_zone import LakeZone
from constructs.layer_package import EMR_ARCHITECTURE, EMR_REQUIREMENTS, built_layer

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "glue_scripts"
# Where the jobs look for what they know of tables.
CONTRACTS = "platform_contracts"
# One place knows how a token is made, whether a function or a job makes it.
SHARED = ("tokens.py",)
PREFIX, LIBRARIES, PACKAGES = "code/", "libraries.zip", "packages.zip"


class JobPackage(Construct):
    """The scripts of ``jobs``, and the zip that each is started with: ``glue_scripts/lib``, ``documents`` by name.

    The digest of what an object holds stands in its key: a run that has begun goes on with what it began with, and a
    job's definition changes when its code does.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        zone: LakeZone,
        jobs: list[BatchJob],
        documents: Mapping[str, bytes],
    ) -> None:
        super().__init__(scope, id_)
        self.zone = zone
        zipped = write_zip(ROOT / "build" / "jobs" / f"{name}.zip", _libraries(documents))
        self.libraries = self._put("Libraries", zipped, LIBRARIES)
        self._scripts = {
            job.name: self._put(_pascal(job.name), SCRIPTS / f"{job.name}.py", f"{job.name}.py") for job in jobs
        }

    @cached_property
    def packages(self) -> str:
        """Where the packages are that EMR lacks, below ``python/``; put there once a job on EMR asks."""
        return self._put("Packages", built_layer(EMR_REQUIREMENTS, EMR_ARCHITECTURE, place=self.node.path), PACKAGES)

    def script(self, job: BatchJob) -> str:
        """Where the script of ``job`` is."""
        return self._scripts[job.name]

    def grant_read(self, role: IamRole) -> list[IamRolePolicy]:
        """Fetch the code."""
        return self.zone.grant_read_files(role, PREFIX)

    def _put(self, id_: str, path: Path, name: str) -> str:
        asset = TerraformAsset(self, f"{id_}File", path=str(path), type=AssetType.FILE)
        # As cdktf writes digests of assets, so that snapshots know one when they see it.
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:32].upper()
        stored = S3Object(
            self,
            id_,
            bucket=self.zone.bucket.bucket,
            key=f"{PREFIX}{digest}/{name}",
            source=asset.path,
            server_side_encryption="aws:kms",
            kms_key_id=self.zone.key.arn,
            bucket_key_enabled=True,
        )
        return f"s3://{stored.bucket}/{stored.key}"


def _libraries(documents: Mapping[str, bytes]) -> dict[str, bytes]:
    files = {f"lib/{name}": content for name, content in folder_files(SCRIPTS / "lib").items()}
    files |= {f"shared/{name}": (ROOT / "lambda_src" / "shared" / name).read_bytes() for name in SHARED}
    files |= {f"{CONTRACTS}/{name}.json": content for name, content in documents.items()}
    # Out of a zip Python imports no folder without one.
    return files | {f"{folder}/__init__.py": b"" for folder in (CONTRACTS, "shared")}


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
