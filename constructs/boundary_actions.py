"""The actions that grants may use, by service: whoever grants another one adds it here, where a reviewer sees it.

Not here, and so out of reach: writing IAM policies and roles, organisations and accounts, making or deleting stores,
keys and their policies. Whoever deploys does that, with a role that is none of the platform's.
"""

OBJECTS = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:Get*",
    "s3:List*",
    "s3:PutObject",
    "s3:PutObjectTagging",
    "s3:Replicate*",
)

# Their ARNs begin with arn:aws:<service>:<region>:<account>.
IN_THIS_ACCOUNT: dict[str, tuple[str, ...]] = {
    "airflow": ("Create*Token", "PublishMetrics"),
    "athena": (
        "BatchGet*",
        "*PreparedStatement",
        "CreateWorkGroup",  # by DMS, for its comparison of rows
        "Get*",
        "List*",
        "StartQueryExecution",
        "StopQueryExecution",
    ),
    "dms": ("StartReplicationTask", "StopReplicationTask"),
    "dynamodb": ("*Item", "BatchGet*", "DescribeTable", "Query", "Scan"),
    "ec2": (
        "*NetworkInterface",
        "CreateNetworkInterfacePermission",
        "CreateTags",
        "DeleteTags",
        "DescribeVpcAttribute",
        "ModifyNetworkInterfaceAttribute",
        "*PrivateIpAddresses",
    ),
    "emr-serverless": ("CancelJobRun", "Get*", "StartApplication", "StartJobRun", "TagResource"),
    "events": ("DescribeRule", "PutEvents", "PutRule", "PutTargets"),
    "firehose": ("DescribeDeliveryStream", "PutRecord*"),
    "glue": (
        "Batch*Partition",
        "BatchStopJobRun",
        "CreatePartition*",
        "CreateTable",
        "DeletePartition",
        "DeleteTable",
        "Get*",
        "List*",
        "PutWorkflowRunProperties",
        "StartCrawler",
        "StartJobRun",
        "StartWorkflowRun",
        "UpdatePartition",
        "UpdateTable",
    ),
    "kinesis": ("Describe*", "Get*", "List*", "PutRecord*", "SubscribeToShard"),
    "kms": ("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*"),
    "lambda": ("GetFunction*", "InvokeFunction"),
    "logs": (
        "AssociateKmsKey",
        "CreateLogGroup",
        "CreateLogStream",
        "Describe*",
        "Get*",
        "PutLogEvents",
        "PutRetentionPolicy",
    ),
    "rds-db": ("connect",),
    "redshift": ("GetClusterCredentials*", "PauseCluster", "ResumeCluster"),
    "redshift-data": ("BatchExecuteStatement", "ExecuteStatement"),
    "redshift-serverless": ("Get*",),
    "secretsmanager": ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"),
    "sns": ("Publish",),
    "sqs": ("ChangeMessageVisibility", "DeleteMessage", "Get*", "ReceiveMessage", "SendMessage"),
    "ssm": ("GetParameter*",),
    "states": ("Describe*", "ListExecutions", "StartExecution", "StartSyncExecution", "StopExecution"),
}

# Of databases that DMS makes to compare rows, and of no other.
OF_A_COMPARISON = ("glue:CreateDatabase", "glue:DeleteDatabase")

# Which services a role of the platform may be handed to.
PASSED_TO = ("emr-serverless.amazonaws.com",)

# IAM knows no resource of theirs. https://docs.aws.amazon.com/service-authorization/latest/reference/
WITHOUT_RESOURCE = (
    "athena:ListDataCatalogs",
    "athena:ListWorkGroups",
    "cloudwatch:PutMetricData",
    "dms:DescribeConnections",
    "dms:DescribeReplicationTasks",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
    "glue:GetSecurityConfiguration",
    "lakeformation:GetDataAccess",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "redshift:DescribeClusters",
    "redshift-data:CancelStatement",
    "redshift-data:DescribeStatement",
    "redshift-data:GetStatementResult",
    "s3:GetAccountPublicAccessBlock",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
