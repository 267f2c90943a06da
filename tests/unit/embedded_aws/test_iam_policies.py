import json
from collections.abc import Callable
from typing import Any

Client = Callable[[str], Any]
DOCUMENT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}


def test_an_account_tells_its_managed_policies_by_name(client: Client) -> None:
    iam = client("iam")
    made = iam.create_policy(PolicyName="boundary", PolicyDocument=json.dumps(DOCUMENT))["Policy"]
    details = iam.get_account_authorization_details(Filter=["LocalManagedPolicy"])["Policies"]
    assert [(one["PolicyName"], one["PolicyId"]) for one in details] == [("boundary", made["PolicyId"])]
    assert iam.get_policy(PolicyArn=made["Arn"])["Policy"]["PolicyName"] == "boundary"
