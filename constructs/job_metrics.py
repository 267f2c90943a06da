"""The jobs' own figures in CloudWatch: one namespace, the job as the only dimension."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from constructs import Construct
from constructs.access import Condition, Statement, attach

# As in glue_scripts/lib/metrics.py.
NAMESPACE, DIMENSION = "Ecommerce/Batch", "Job"
QUALITY_FAILED, CONFLICTS, CDC_STOPPED, ROWS_PUBLISHED = "QualityFailed", "Conflicts", "CdcStopped", "RowsPublished"


def grant_metrics(role: IamRole, owner: Construct, *, also: Sequence[str] = ()) -> IamRolePolicy:
    """Tell figures in the jobs' namespace, and in those of ``also``."""
    within = Condition(test="StringEquals", variable="cloudwatch:namespace", values=[NAMESPACE, *also])
    # "*": it knows no resources, only namespaces.
    tell = Statement(sid="Tell", actions=["cloudwatch:PutMetricData"], resources=["*"], conditions=[within])
    return attach(role, "Metrics", owner, [tell])
