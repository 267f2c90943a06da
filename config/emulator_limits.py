"""What the embedded AWS cannot hold. It is planned by the real provider like all else, and not applied.

Tried with the pinned moto and the corrections in `local/embedded_aws/corrections/`: who mends a call there takes the
line out here.
"""

NO_SERVICE = "the service is not emulated"

# By Terraform type: why.
NOT_HELD = {
    "aws_appautoscaling_policy": "scaling targets cannot be read back",
    "aws_appautoscaling_scheduled_action": "scaling targets cannot be read back",
    "aws_appautoscaling_target": "its tags cannot be read back",
    "aws_budgets_budget": "its subscribers and tags cannot be read back",
    "aws_budgets_budget_action": "budgets cannot be read back",
    "aws_ce_anomaly_monitor": NO_SERVICE,
    "aws_ce_anomaly_subscription": NO_SERVICE,
    "aws_ce_cost_allocation_tag": NO_SERVICE,
    "aws_cloudtrail": "StartLogging has no answer",
    "aws_cloudtrail_event_data_store": "CreateEventDataStore has no answer",
    "aws_cloudwatch_log_anomaly_detector": "CreateLogAnomalyDetector has no answer",
    "aws_cloudwatch_log_data_protection_policy": "PutDataProtectionPolicy has no answer",
    "aws_cloudwatch_metric_stream": "PutMetricStream has no answer",
    "aws_cloudwatch_query_definition": "PutQueryDefinition has no answer",
    "aws_dms_event_subscription": "CreateEventSubscription has no answer",
    "aws_emr_cluster": "GetAutoTerminationPolicy has no answer",
    "aws_emr_managed_scaling_policy": "clusters cannot be read back",
    "aws_glue_catalog_table_optimizer": "CreateTableOptimizer has no answer",
    "aws_glue_classifier": "CreateClassifier has no answer",
    "aws_glue_partition_index": "CreatePartitionIndex has no answer",
    "aws_glue_user_defined_function": "CreateUserDefinedFunction has no answer",
    "aws_lakeformation_data_cells_filter": "CreateDataCellsFilter has no answer",
    "aws_lambda_provisioned_concurrency_config": "PutProvisionedConcurrencyConfig has no answer",
    "aws_lambda_runtime_management_config": "PutRuntimeManagementConfig has no answer",
    "aws_mwaa_environment": NO_SERVICE,
    "aws_quicksight_account_subscription": "CreateAccountSubscription has no answer",
    "aws_quicksight_analysis": "CreateAnalysis has no answer",
    "aws_quicksight_dashboard": "its times are in a form the provider cannot read",
    "aws_quicksight_data_set": "DescribeDataSet has no answer",
    "aws_quicksight_data_source": "its times are in a form the provider cannot read",
    "aws_quicksight_folder": "CreateFolder has no answer",
    "aws_quicksight_refresh_schedule": "CreateRefreshSchedule has no answer",
    "aws_quicksight_vpc_connection": "CreateVPCConnection has no answer",
    "aws_redshift_cluster_iam_roles": "ModifyClusterIamRoles has no answer",
    "aws_redshift_endpoint_access": "CreateEndpointAccess has no answer",
    "aws_redshift_event_subscription": "CreateEventSubscription has no answer",
    "aws_redshiftdata_statement": "ExecuteStatement's answer cannot be read",
    "aws_redshiftserverless_endpoint_access": NO_SERVICE,
    "aws_redshiftserverless_namespace": NO_SERVICE,
    "aws_redshiftserverless_usage_limit": NO_SERVICE,
    "aws_redshiftserverless_workgroup": NO_SERVICE,
    "aws_sfn_alias": "state machines cannot be made",
    "aws_sfn_state_machine": "ValidateStateMachineDefinition has no answer",
}

# What only speaks about another resource, and goes with it where that one is left out.
FOLLOWS = frozenset(
    {
        "aws_cloudwatch_composite_alarm",
        "aws_cloudwatch_dashboard",
        "aws_cloudwatch_event_permission",
        "aws_cloudwatch_event_target",
        "aws_cloudwatch_metric_alarm",
        "aws_iam_policy",
        "aws_iam_role_policy",
        "aws_iam_role_policy_attachment",
        "aws_lambda_permission",
        "aws_scheduler_schedule",
        "aws_sns_topic_subscription",
        "aws_ssm_parameter",
    }
)
