"""The fast import is only fast: what comes out is what the ordinary import gives, byte for byte."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SMALL_APP = """
from cdktf import App, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import DataAwsIamPolicyDocument
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.kinesis_stream import KinesisStream
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket

app = App()
stack = TerraformStack(app, "small")
AwsProvider(stack, "Aws", region="eu-west-1")
lambda_service = {"type": "Service", "identifiers": ["lambda.amazonaws.com"]}
statement = {"actions": ["sts:AssumeRole"], "principals": [lambda_service]}
trust = DataAwsIamPolicyDocument(stack, "Trust", statement=[statement])
key = KmsKey(stack, "Key", enable_key_rotation=True)
bucket = S3Bucket(stack, "Bucket", bucket="small", tags={"key": key.arn})
KinesisStream(stack, "Orders", name=bucket.id, stream_mode_details={"stream_mode": "ON_DEMAND"})
IamRole(stack, "Role", name="small", assume_role_policy=trust.json, depends_on=[bucket])
app.synth()
"""


def synthesize(out: Path, app: str) -> dict[str, bytes]:
    """Run `app` in a process of its own and return its files with their bytes."""
    env = os.environ | {"CDKTF_OUTDIR": str(out)}
    done = subprocess.run([sys.executable, "-c", app], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_the_fast_import_synthesizes_what_the_ordinary_import_does(tmp_path: Path) -> None:
    fast = synthesize(tmp_path / "fast", "import constructs.fast_provider\n" + SMALL_APP)
    ordinary = synthesize(tmp_path / "ordinary", SMALL_APP)
    assert "stacks/small/cdk.tf.json" in fast
    assert b"aws_kinesis_stream" in fast["stacks/small/cdk.tf.json"]
    assert fast == ordinary
