"""The processing layer: events from the stream become rows in silver, or stand in quarantine with a reason."""

from config import Environment
from config.naming import physical_name
from constructs import Construct
from constructs.encryption_key import environment_key
from constructs.event_stream import EventStream
from constructs.generated_secret import GeneratedSecret
from constructs.lake_zone import LakeZone
from constructs.private_network import PrivateNetwork
from constructs.python_function import PythonFunction
from stacks.datasets import dataset
from stacks.event_families import EVENT_DATASETS, EVENT_TABLES


class ProcessingLayer(Construct):
    """The etl_processor, inside ``network`` if there is one, and the key with which it masks personal data."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        events: EventStream,
        silver: LakeZone,
        quarantine: LakeZone,
        failures: LakeZone,
        network: PrivateNetwork | None,
    ) -> None:
        super().__init__(scope, id_)
        key = environment_key(
            self, "FunctionKey", env=env, name="functions", for_logs=f"/aws/lambda/{physical_name(env)}"
        )
        self.masking_key = masking_key = GeneratedSecret(
            self,
            "MaskingKey",
            name=physical_name(env, "masking-key"),
            description="Key of the keyed hash that turns personal data into tokens. A new one gives other tokens.",
            key=key,
            disposable=env.may_delete("masking-key"),
        )
        self.etl_processor = etl_processor = PythonFunction(
            self,
            "EtlProcessor",
            source="etl_processor",
            env=env,
            size=env.etl_processor,
            key=key,
            contracts=[dataset(env, name) for name in EVENT_DATASETS],
            variables={
                "SILVER_BUCKET": silver.bucket.bucket,
                "QUARANTINE_BUCKET": quarantine.bucket.bucket,
                "MASKING_KEY_SECRET": masking_key.secret.arn,
                "LOG_LEVEL": "INFO",
            },
        )
        if network:
            etl_processor.run_inside(network)

        grants = [
            *masking_key.grant_read(etl_processor.role),
            *silver.grant_write(etl_processor.role, *(f"{table}/" for table in EVENT_TABLES)),
            *quarantine.grant_write(etl_processor.role, "quarantine/"),
        ]
        etl_processor.consume(events, failures_to=failures, after=grants)
