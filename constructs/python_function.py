"""A Lambda function in Python: its package, its role, its log group, and the streams and queues it consumes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cdktf import AssetType, ITerraformDependable, TerraformAsset
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lambda_event_source_mapping import (
    LambdaEventSourceMapping,
    LambdaEventSourceMappingDestinationConfig,
    LambdaEventSourceMappingDestinationConfigOnFailure,
    LambdaEventSourceMappingScalingConfig,
)
from cdktf_cdktf_provider_aws.lambda_function import (
    LambdaFunction,
    LambdaFunctionEnvironment,
    LambdaFunctionEphemeralStorage,
    LambdaFunctionLoggingConfig,
    LambdaFunctionTracingConfig,
)

from config import Environment, FileFunctionSize, FunctionSize
from config.function_machine import USUAL_STORAGE_MB, FunctionMachine
from config.naming import function_name
from constructs import Construct
from constructs.access import Statement, allow, attach, service_role
from constructs.dependency_layer import RUNTIME, DependencyLayer
from constructs.deterministic_zip import folder_files, sha256_base64, write_zip
from constructs.encryption_key import EncryptionKey
from constructs.event_stream import EventStream
from constructs.file_queue import FileQueue
from constructs.lake_zone import LakeZone
from constructs.network_client import NetworkClient
from constructs.private_network import PrivateNetwork
from contracts import Contract, runtime_document

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class PackedDocument:
    """JSON that is packed where contracts are, and is none."""

    name: str
    content: bytes


class PythonFunction(Construct):
    """The function of ``lambda_src/<source>``, with a role that can do nothing until something is granted to it.

    ``contracts`` are packed beside the code as ``<source>/contracts/<name>.json``, ``lambda_src/shared`` with it.
    ``key`` encrypts its environment variables and its log. ``size`` says what it runs on, and how it is fed: a
    `FunctionSize` by a stream, a `FileFunctionSize` by a queue of files.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        source: str,
        env: Environment,
        size: FunctionMachine,
        key: EncryptionKey,
        contracts: Sequence[Contract | PackedDocument],
        variables: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        self.size = size
        name = function_name(env, source)
        self._name, self._place = name, f"{env.region}:{env.account_id}"
        self.role = service_role(self, "Role", name=name, service="lambda.amazonaws.com", account_id=env.account_id)
        self.log_group = log_group = self._log_group(name, env, key)
        self._grants: list[ITerraformDependable] = [key.grant_decrypt(self.role)]
        self._grants.append(self._may_log(log_group))
        may_trace = self._may_trace()
        self._grants.append(may_trace)
        folder = ROOT / "lambda_src" / source
        layers = self._layers(name, folder / "requirements.txt", env)
        package = _package(name, folder, contracts)
        asset = TerraformAsset(self, "Package", path=str(package), type=AssetType.FILE)
        self.function = LambdaFunction(
            self,
            "Function",
            function_name=name,
            role=self.role.arn,
            runtime=RUNTIME,
            architectures=[env.architecture],
            handler=f"{source}.handler.handler",
            filename=asset.path,
            source_code_hash=sha256_base64(package),
            layers=layers,
            memory_size=size.memory_mb,
            timeout=size.timeout_seconds,
            ephemeral_storage=_storage(size),
            environment=LambdaFunctionEnvironment(variables=dict(variables)),
            kms_key_arn=key.arn,
            logging_config=LambdaFunctionLoggingConfig(log_format="Text", log_group=log_group.name),
            reserved_concurrent_executions=size.reserved_concurrency,
            tracing_config=LambdaFunctionTracingConfig(mode="Active"),
            # Lambda looks whether the role may write traces when the function is made.
            depends_on=[may_trace],
        )

    def run_inside(self, network: PrivateNetwork) -> None:
        """Sends all the function's own calls through ``network``; what streams hand to it comes as before.

        Destroying the function then takes up to 20 minutes: so long AWS keeps its network interfaces, and with them
        the security group and the subnets.
        """
        client = NetworkClient(self, "NetworkClient", name=self._name, network=network)
        # Put together, not asked for: the function waits for the policy that names it.
        arn = f"arn:aws:lambda:{self._place}:function:{self._name}"
        may_connect = network.grant_connect(self.role, function_arn=arn, group=client.group)
        self.function.put_vpc_config(
            subnet_ids=[subnet.id for subnet in network.subnets], security_group_ids=[client.group.id]
        )
        address = f"{may_connect.terraform_resource_type}.{may_connect.friendly_unique_id}"
        self.function.depends_on = [*(self.function.depends_on or []), address]
        self._grants += [may_connect, *client.rules, *network.doors]

    def consume(
        self, stream: EventStream, *, failures_to: LakeZone, after: Sequence[ITerraformDependable] = ()
    ) -> None:
        """Hands the stream's records to the function, in batches, in order per shard, at least once.

        A failing batch is halved until the record at fault stands alone, tried again a finite number of times, and
        then kept in ``failures_to`` with all its records, while the shard moves on. ``after`` is what the function
        needs to work: the first records come the moment the mapping is there.
        """
        size = self.size
        if not isinstance(size, FunctionSize):
            raise ValueError(f"{self.node.path}: {type(size).__name__} has no batches of a stream; use a FunctionSize")
        # Lambda also tries the role's rights while it creates the mapping.
        grants = [*stream.grant_consume(self.role), *failures_to.grant_take_failures(self.role)]
        LambdaEventSourceMapping(
            self,
            f"{stream.node.id}Mapping",
            function_name=self.function.arn,
            event_source_arn=stream.stream.arn,
            starting_position="TRIM_HORIZON",
            batch_size=size.batch_size,
            maximum_batching_window_in_seconds=size.batch_window_seconds,
            bisect_batch_on_function_error=True,
            function_response_types=["ReportBatchItemFailures"],
            maximum_retry_attempts=size.retry_attempts,
            maximum_record_age_in_seconds=size.record_age_seconds,
            destination_config=LambdaEventSourceMappingDestinationConfig(
                on_failure=LambdaEventSourceMappingDestinationConfigOnFailure(destination_arn=failures_to.bucket.arn)
            ),
            depends_on=[*self._grants, *grants, *after],
        )

    def consume_files(self, queue: FileQueue, *, after: Sequence[ITerraformDependable] = ()) -> None:
        """Hands the queue's messages to the function, in any order, at least once.

        What it names as failed comes again, and after `RECEIVES` times goes to the queue's dead letters. ``after`` is
        what the function needs to work: the first messages come the moment the mapping is there.
        """
        size = self.size
        if not isinstance(size, FileFunctionSize):
            raise ValueError(f"{self.node.path}: {type(size).__name__} is not for a queue; use a FileFunctionSize")
        if queue.visibility_seconds < size.visibility_seconds:
            raise ValueError(
                f"{self.node.path}: {queue.node.path} hides messages for {queue.visibility_seconds} s, a function with "
                f"a timeout of {size.timeout_seconds} s needs {size.visibility_seconds}; use size.visibility_seconds"
            )
        grants = queue.grant_consume(self.role)
        LambdaEventSourceMapping(
            self,
            f"{queue.node.id}Mapping",
            function_name=self.function.arn,
            event_source_arn=queue.queue.arn,
            batch_size=size.batch_size,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=LambdaEventSourceMappingScalingConfig(maximum_concurrency=size.maximum_concurrency),
            depends_on=[*self._grants, *grants, *after],
        )

    def grant_invoke(self, role: IamRole) -> IamRolePolicy:
        """Call it, in any version, and look at how it is set up: a caller has to know its time."""
        function = self.function.arn
        actions = ("lambda:GetFunctionConfiguration", "lambda:InvokeFunction")
        call = Statement(sid="Invoke", actions=actions, resources=[function, f"{function}:*"])
        return attach(role, "Invoke", self, [call])

    def _layers(self, name: str, requirements: Path, env: Environment) -> list[str] | None:
        """None for a function that needs nothing but Python."""
        if not requirements.is_file():
            return None
        layer = DependencyLayer(self, "Layer", name=name, requirements=requirements, architecture=env.architecture)
        return [layer.version.arn]

    def _log_group(self, name: str, env: Environment, key: EncryptionKey) -> CloudwatchLogGroup:
        return CloudwatchLogGroup(
            self,
            "LogGroup",
            name=f"/aws/lambda/{name}",
            retention_in_days=env.log_keep_days,
            kms_key_id=key.arn,
        )

    def _may_log(self, log_group: CloudwatchLogGroup) -> IamRolePolicy:
        actions = ("logs:CreateLogStream", "logs:PutLogEvents")
        return allow(self.role, "Log", self, dict.fromkeys(actions, f"{log_group.arn}:*"))

    def _may_trace(self) -> IamRolePolicy:
        # "*": X-Ray knows no resources.
        return allow(
            self.role, "Trace", self, dict.fromkeys(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), "*")
        )


def _storage(size: FunctionMachine) -> LambdaFunctionEphemeralStorage | None:
    return None if size.storage_mb == USUAL_STORAGE_MB else LambdaFunctionEphemeralStorage(size=size.storage_mb)


def _package(name: str, folder: Path, contracts: Sequence[Contract | PackedDocument]) -> Path:
    files = {
        f"{part.name}/{file}": content
        for part in (folder, folder.with_name("shared"))
        for file, content in folder_files(part).items()
        if file != "requirements.txt"
    }
    for contract in contracts:
        content = contract.content if isinstance(contract, PackedDocument) else runtime_document(contract)
        files[f"{folder.name}/contracts/{contract.name}.json"] = content
    return write_zip(ROOT / "build" / "functions" / f"{name}.zip", files)
