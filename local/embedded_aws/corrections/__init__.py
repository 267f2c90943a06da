"""Where moto differs from AWS in what this platform uses, and how that is mended: one function per difference.

In: moto as installed. Out: moto mended, or a CorrectionError if it is not the moto these corrections were tried with.
"""

from importlib.metadata import version

from local.embedded_aws.corrections import (
    apigateway,
    athena,
    dispatch,
    dms,
    ec2,
    emr_serverless,
    events,
    glue_jobs,
    glue_quality,
    iam,
    kinesis,
    lakeformation,
    lambda_,
    rds,
    redshift,
    s3,
    s3_settings,
    sqs,
)
from local.embedded_aws.corrections.anchor import Anchor, Correction, CorrectionError, check_anchor, check_version

__all__ = ["CORRECTIONS", "CorrectionError", "apply_corrections"]

CORRECTIONS: dict[Correction, tuple[Anchor, ...]] = {
    apigateway.apigateway_tells_policies_as_aws_does: (apigateway.TELL_API,),
    athena.athena_deletes_named_queries: (athena.DELETE_NAMED_QUERY,),
    athena.athena_updates_work_groups: (athena.UPDATE_WORK_GROUP,),
    dispatch.dispatch_remembers_the_backend_of_a_host: (dispatch.BACKEND_FOR_HOST,),
    dms.dms_times_are_numbers: (dms.INSTANCE, dms.TASK),
    dms.dms_tasks_and_endpoints_become_ready: (dms.NEW_TASK, dms.NEW_ENDPOINT),
    dms.dms_subnet_groups_keep_their_subnets: (dms.NEW_SUBNETS, dms.SUBNETS),
    dms.dms_endpoints_can_be_changed: (dms.MODIFY_ENDPOINT,),
    dms.dms_keeps_certificates: (dms.IMPORT_CERTIFICATE, dms.DESCRIBE_CERTIFICATES, dms.DELETE_CERTIFICATE),
    dms.dms_keeps_serverless_replications: (
        dms.CREATE_CONFIG,
        dms.DESCRIBE_CONFIGS,
        dms.DESCRIBE_REPLICATIONS,
        dms.DELETE_CONFIG,
    ),
    ec2.ec2_rules_keep_the_description_of_every_kind_of_peer: (ec2.NEW_RULE, ec2.DESCRIPTION),
    emr_serverless.emr_serverless_knows_releases_and_engines_of_today: (emr_serverless.NEW_APPLICATION,),
    emr_serverless.emr_serverless_applications_keep_their_processors: (emr_serverless.CREATE_APPLICATION,),
    events.events_reach_each_rule_that_fits_them: (events.SEND_TO_TARGETS,),
    events.events_of_objects_read_like_those_of_s3: (events.SEND_TO_TARGETS,),
    glue_jobs.glue_jobs_keep_all_they_are_told: (glue_jobs.CREATE_JOB, glue_jobs.TELL_JOB),
    glue_jobs.glue_jobs_can_be_changed: (glue_jobs.UPDATE_JOB,),
    glue_jobs.glue_connections_tell_their_kind_and_can_be_changed: (
        glue_jobs.TELL_CONNECTION,
        glue_jobs.UPDATE_CONNECTION,
    ),
    glue_jobs.glue_connections_can_be_deleted: (glue_jobs.DELETE_CONNECTION,),
    glue_quality.glue_keeps_data_quality_rulesets: (
        glue_quality.CREATE_RULESET,
        glue_quality.GET_RULESET,
        glue_quality.UPDATE_RULESET,
        glue_quality.DELETE_RULESET,
    ),
    iam.iam_names_managed_policies_in_the_accounts_details: (iam.POLICY_NAME, iam.POLICY_ID),
    kinesis.kinesis_cost_grows_with_the_records_moved: (kinesis.GET_RECORDS, kinesis.FIRST_NUMBER, kinesis.LAST_NUMBER),
    kinesis.kinesis_writers_take_turns: (kinesis.PUT_IN_SHARD,),
    kinesis.kinesis_answers_are_written_in_one_go: (kinesis.ANSWER_GET, kinesis.ANSWER_PUT),
    kinesis.kinesis_leaves_event_source_mappings_to_lambda: (kinesis.PUT_IN_STREAM,),
    kinesis.kinesis_closed_shards_keep_their_records_and_take_no_more: (
        kinesis.SHARD_FOR_KEY,
        kinesis.SPLIT,
        kinesis.MERGE,
    ),
    kinesis.kinesis_refuses_single_records_that_are_too_large: (kinesis.PUT_RECORD,),
    kinesis.kinesis_keeps_the_tags_of_a_new_stream: (kinesis.CREATE_STREAM,),
    lakeformation.lakeformation_lists_grants_by_tag: (lakeformation.LIST_PERMISSIONS,),
    lakeformation.lakeformation_refuses_to_revoke_what_nobody_has: (lakeformation.REVOKE_PERMISSIONS,),
    lakeformation.lakeformation_gives_each_column_its_own_tags: (lakeformation.ADD_TAGS,),
    lambda_.lambda_code_can_be_downloaded: (lambda_.GET_CODE, lambda_.GET_LAYER_VERSION),
    lambda_.lambda_keeps_its_whole_configuration: (
        lambda_.CREATE,
        lambda_.CONFIGURATION,
        lambda_.UPDATE,
        lambda_.UPDATE_CODE,
    ),
    rds.rds_instances_have_resource_ids_of_their_own: (rds.NEW_INSTANCE,),
    rds.rds_instances_have_the_certificate_authority_of_today: (rds.NEW_INSTANCE,),
    rds.rds_instances_keep_their_performance_insights: (rds.NEW_INSTANCE, rds.INSIGHTS_ENABLED),
    rds.rds_parameters_say_who_set_them: (rds.UPDATE_PARAMETERS,),
    rds.rds_secrets_name_the_owner_of_the_database: (rds.SECRET_TEXT,),
    redshift.redshift_clusters_tell_their_settings: (redshift.CREATE_CLUSTER, redshift.MODIFY_CLUSTER),
    redshift.redshift_keeps_the_owners_password_in_a_secret: (redshift.CREATE_CLUSTER, redshift.DELETE_CLUSTER),
    redshift.redshift_parameter_groups_keep_their_parameters: (
        redshift.MODIFY_PARAMETERS,
        redshift.DESCRIBE_PARAMETERS,
    ),
    redshift.redshift_keeps_usage_limits: (redshift.CREATE_LIMIT, redshift.DESCRIBE_LIMITS, redshift.DELETE_LIMIT),
    redshift.redshift_keeps_scheduled_actions: (
        redshift.CREATE_ACTION,
        redshift.DESCRIBE_ACTIONS,
        redshift.DELETE_ACTION,
    ),
    redshift.redshift_keeps_snapshot_schedules: (
        redshift.CREATE_SCHEDULE,
        redshift.DESCRIBE_SCHEDULES,
        redshift.DELETE_SCHEDULE,
        redshift.USE_SCHEDULE,
    ),
    s3.s3_evaluates_policy_conditions: (s3.GET_PERMISSION, s3.PUT_BUCKET_POLICY),
    s3.s3_uploads_in_parts_keep_their_bucket_key: (s3.BEGIN_PARTS, s3.COMPLETE_PARTS),
    s3_settings.s3_tells_that_eventbridge_is_told: (s3_settings.GET_NOTIFICATION,),
    s3_settings.s3_tells_how_log_keys_are_formed: (s3_settings.GET_LOGGING,),
    s3_settings.s3_tells_the_whole_replication: (s3_settings.GET_REPLICATION,),
    s3_settings.s3_finds_the_right_to_deliver_logs_among_refusals: (s3_settings.LOG_PERMISSIONS,),
    sqs.sqs_leaves_event_source_mappings_to_lambda: (sqs.ADD_MESSAGE,),
    sqs.sqs_hands_out_each_message_to_one_receiver: (sqs.DELETE_MESSAGE, sqs.RECEIVE_MESSAGE),
    sqs.sqs_tells_redrive_policies_as_they_were_said: (sqs.ATTRIBUTES,),
}


def apply_corrections() -> None:
    """Check every anchor first, then mend: a moto that is only half mended must never answer a call."""
    check_version(version("moto"))
    for correction, anchors in CORRECTIONS.items():
        for anchor in anchors:
            check_anchor(correction.__name__, anchor)
    for correction in CORRECTIONS:
        correction()
