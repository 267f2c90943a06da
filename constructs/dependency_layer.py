"""The third-party packages of a function, as a Lambda layer."""

from pathlib import Path

from cdktf import AssetType, TerraformAsset
from cdktf_cdktf_provider_aws.lambda_layer_version import LambdaLayerVersion

from config import Architecture
from constructs import Construct
from constructs.deterministic_zip import sha256_base64
from constructs.layer_package import built_layer

RUNTIME = "python3.11"


class DependencyLayer(Construct):
    """A layer holding what ``requirements`` pins, built for ``architecture`` by ``make setup``."""

    def __init__(
        self, scope: Construct, id_: str, *, name: str, requirements: Path, architecture: Architecture
    ) -> None:
        super().__init__(scope, id_)
        package = built_layer(requirements, architecture, place=self.node.path)
        asset = TerraformAsset(self, "Package", path=str(package), type=AssetType.FILE)
        self.version = LambdaLayerVersion(
            self,
            "Version",
            layer_name=name,
            filename=asset.path,
            source_code_hash=sha256_base64(package),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[architecture],
        )
