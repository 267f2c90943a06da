"""Where moto differs from AWS in what this platform uses, and how that is mended: one function per difference.

In: moto as installed. Out: moto mended, or a CorrectionError if it is not the moto these corrections were tried with.
"""

from importlib.metadata import version

from local.embedded_aws.corrections import athena, dispatch, ec2, kinesis, lambda_, s3
from local.embedded_aws.corrections.anchor import Anchor, Correction, CorrectionError, check_anchor, check_version

__all__ = ["CORRECTIONS", "CorrectionError", "apply_corrections"]

CORRECTIONS: dict[Correction, tuple[Anchor, ...]] = {
    athena.athena_deletes_named_queries: (athena.DELETE_NAMED_QUERY,),
    athena.athena_updates_work_groups: (athena.UPDATE_WORK_GROUP,),
    dispatch.dispatch_remembers_the_backend_of_a_host: (dispatch.BACKEND_FOR_HOST,),
    ec2.ec2_rules_keep_the_description_of_every_kind_of_peer: (ec2.NEW_RULE, ec2.DESCRIPTION),
    kinesis.kinesis_cost_grows_with_the_records_moved: (kinesis.GET_RECORDS, kinesis.FIRST_NUMBER, kinesis.LAST_NUMBER),
    kinesis.kinesis_writers_take_turns: (kinesis.PUT_IN_SHARD,),
    kinesis.kinesis_answers_are_written_in_one_go: (kinesis.ANSWER_GET, kinesis.ANSWER_PUT),
    kinesis.kinesis_leaves_event_source_mappings_to_lambda: (kinesis.PUT_IN_STREAM,),
    kinesis.kinesis_keeps_the_tags_of_a_new_stream: (kinesis.CREATE_STREAM,),
    lambda_.lambda_code_can_be_downloaded: (lambda_.GET_CODE, lambda_.GET_LAYER_VERSION),
    lambda_.lambda_keeps_its_whole_configuration: (
        lambda_.CREATE,
        lambda_.CONFIGURATION,
        lambda_.UPDATE,
        lambda_.UPDATE_CODE,
    ),
    s3.s3_evaluates_policy_conditions: (s3.GET_PERMISSION, s3.PUT_BUCKET_POLICY),
}


def apply_corrections() -> None:
    """Check every anchor first, then mend: a moto that is only half mended must never answer a call."""
    check_version(version("moto"))
    for correction, anchors in CORRECTIONS.items():
        for anchor in anchors:
            check_anchor(correction.__name__, anchor)
    for correction in CORRECTIONS:
        correction()
