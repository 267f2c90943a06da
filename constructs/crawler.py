"""A Glue crawler: looks at files that no contract describes, and writes down what it takes them for."""

import json

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.glue_catalog_database import GlueCatalogDatabase
from cdktf_cdktf_provider_aws.glue_crawler import (
    GlueCrawler,
    GlueCrawlerRecrawlPolicy,
    GlueCrawlerS3Target,
    GlueCrawlerSchemaChangePolicy,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lakeformation_permissions import (
    LakeformationPermissions,
    LakeformationPermissionsDatabase,
    LakeformationPermissionsTable,
)

from config import Environment
from config.naming import database_name, physical_name
from constructs import Construct
from constructs.access import Statement, attach
from constructs.access_role import AccessRole
from constructs.data_lake import DataLake, grantee_of
from constructs.encryption_key import EncryptionKey
from constructs.glue_security import glue_security
from constructs.lake_zone import LakeZone

# Where Glue writes the logs of crawlers that have a security configuration: then role and configuration, with a dash.
LOGS = "/aws-glue/crawlers-role/"
EVERY_NIGHT = "cron(30 2 * * ? *)"
# A table per folder below the prefix: the bucket is the first level, the prefix the second.
GROUPING = {"TableGroupingPolicy": "CombineCompatibleSchemas", "TableLevelConfiguration": 3}
# Partitions found later are read like the table they belong to.
OUTPUT = {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}
WRITE_CATALOGUE = (
    "glue:BatchCreatePartition",
    "glue:BatchGetPartition",
    "glue:CreatePartition",
    "glue:CreateTable",
    "glue:GetDatabase",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
    "glue:GetTables",
    "glue:UpdatePartition",
    "glue:UpdateTable",
)
READ_CATALOGUE = ("glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable", "glue:GetTables")


class Crawler(Construct):
    """Once a day it looks at what lies below ``prefix`` of a zone: each folder there becomes a table of ``database``.

    What it writes down is a guess, good for whoever will write the contract; nothing else is built on it. The zone is
    not one that Lake Formation opens, so it reads with its own role, and what it finds is nobody's until
    `grant_look`. ``key`` is made with ``for_logs`` that begin with `LOGS`.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        name: str,
        zone: LakeZone,
        prefix: str,
        lake: DataLake,
        key: EncryptionKey,
    ) -> None:
        super().__init__(scope, id_)
        self._lake = lake
        full_name = physical_name(env, name)
        # A service for people: Glue does not always say on whose behalf it takes the role on.
        self.role = AccessRole(
            self, "Crawler", name=f"{full_name}-crawler", account_id=env.account_id, service="glue.amazonaws.com"
        ).role
        self.database = GlueCatalogDatabase(
            self,
            "Database",
            name=database_name(env, name),
            description=f"What a crawler takes the files below {prefix} for. No contract stands behind it.",
            depends_on=[lake.settings],
            lifecycle=TerraformResourceLifecycle(prevent_destroy=not env.may_delete("catalogue")),
        )
        security = glue_security(self, "Security", name=full_name, key=key, data_key=key)
        log_group = CloudwatchLogGroup(
            self,
            "LogGroup",
            # Glue's own way of calling it.
            name=f"{LOGS}{full_name}-crawler-{full_name}",
            retention_in_days=env.log_keep_days,
            kms_key_id=key.arn,
        )
        grants = [*zone.grant_look_up(self.role, prefix), self._may_work(zone, log_group), self._may_make_tables()]
        GlueCrawler(
            self,
            "Schedule",
            name=full_name,
            role=self.role.arn,
            database_name=self.database.name,
            description=f"Files below {prefix} that no contract describes",
            s3_target=[GlueCrawlerS3Target(path=f"s3://{zone.bucket.bucket}/{prefix}")],
            schedule=EVERY_NIGHT,
            security_configuration=security.name,
            recrawl_policy=GlueCrawlerRecrawlPolicy(recrawl_behavior="CRAWL_EVERYTHING"),
            # A table whose files are gone says so, and goes when somebody takes it away.
            schema_change_policy=GlueCrawlerSchemaChangePolicy(
                update_behavior="UPDATE_IN_DATABASE", delete_behavior="DEPRECATE_IN_DATABASE"
            ),
            configuration=json.dumps({"Version": 1.0, "Grouping": GROUPING, "CrawlerOutput": OUTPUT}),
            depends_on=grants,
        )

    def grant_look(self, role: IamRole) -> None:
        """See what the files are taken for, not what is in them."""
        grantee = grantee_of(role)
        LakeformationPermissions(
            self,
            f"DescribeBy{grantee}",
            principal=role.arn,
            permissions=["DESCRIBE"],
            database=LakeformationPermissionsDatabase(name=self.database.name),
        )
        LakeformationPermissions(
            self,
            f"DescribeTablesBy{grantee}",
            principal=role.arn,
            permissions=["DESCRIBE"],
            table=LakeformationPermissionsTable(database_name=self.database.name, wildcard=True),
        )
        attach(role, "ReadCatalogue", self, [self._catalogue(READ_CATALOGUE)])

    def _may_work(self, zone: LakeZone, log_group: CloudwatchLogGroup) -> IamRolePolicy:
        into_log = ("logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
        statements = [
            Statement(sid="Bucket", actions=["s3:GetBucketLocation"], resources=[zone.bucket.arn]),
            Statement(sid="Log", actions=into_log, resources=[log_group.arn, f"{log_group.arn}:*"]),
            self._catalogue(WRITE_CATALOGUE),
            # "*": it knows no resources.
            Statement(sid="LookAtSecurity", actions=["glue:GetSecurityConfiguration"], resources=["*"]),
        ]
        return attach(self.role, "Crawl", self, statements)

    def _may_make_tables(self) -> LakeformationPermissions:
        # The tables it makes are its own; of others it is told nothing.
        return LakeformationPermissions(
            self,
            "MakeTables",
            principal=self.role.arn,
            permissions=["ALTER", "CREATE_TABLE", "DESCRIBE"],
            database=LakeformationPermissionsDatabase(name=self.database.name),
        )

    def _catalogue(self, actions: tuple[str, ...]) -> Statement:
        catalogue = f"arn:aws:glue:{self._lake.region}:{self._lake.account_id}"
        name = self.database.name
        resources = [f"{catalogue}:catalog", f"{catalogue}:database/{name}", f"{catalogue}:table/{name}/*"]
        return Statement(sid="Catalogue", actions=actions, resources=resources)
