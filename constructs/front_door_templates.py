"""How a request becomes a call of Kinesis, and its answer ours: API Gateway's mapping templates (Velocity), as text.

In: the stream's name. Out: templates. A member of an event is only ever written with ``$input.json``, which quotes it:
written as it is, it could end the text it stands in and name another stream. No ``${``: that is Terraform's.
"""

ACCEPTED, NOT_STORED, TOO_LARGE = 202, 503, 413

# Events of a visit, or else of an order, go to one shard and keep their order. The model says that these are texts.
SINGLE_REQUEST = """\
#set($event = $input.path('$'))
{
  "StreamName": "%(stream)s",
  "Data": "$util.base64Encode($input.body)",
  "PartitionKey": #if($event.session_id)$input.json('$.session_id')
    #elseif($event.order_id)$input.json('$.order_id')
    #else$input.json('$.event_id')
    #end
}
"""

BATCH_REQUEST = """\
{
  "StreamName": "%(stream)s",
  "Records": [
#foreach($event in $input.path('$.events'))
#set($number = $foreach.index)
    {
      "Data": "$util.base64Encode($input.json("$.events[$number]"))",
      "PartitionKey": #if($event.session_id)$input.json("$.events[$number].session_id")
        #elseif($event.order_id)$input.json("$.events[$number].order_id")
        #else$input.json("$.events[$number].event_id")
        #end
    }#if($foreach.hasNext),#end

#end
  ]
}
"""

SINGLE_ANSWER = '{"accepted": 1, "failed": []}\n'

# Not 207: whoever looks at the status alone would take that for success and lose what failed. Who sends all of it again
# loses nothing either, as an event counts once.
BATCH_ANSWER = f"""\
#set($answer = $input.path('$'))
#set($failed = $answer.FailedRecordCount)
#set($accepted = $answer.Records.size() - $failed)
#if($failed > 0)
#set($context.responseOverride.status = {NOT_STORED})
#end
#set($comma = "")
{{"accepted": $accepted, "failed": [
#foreach($record in $answer.Records)
#if($record.ErrorCode)
$comma {{"index": $foreach.index, "reason": "$record.ErrorCode"}}
#set($comma = ",")
#end
#end
]}}
"""

# The model has checked everything but sizes, so an argument that Kinesis finds wrong is too large. Its messages name
# streams and accounts, and stay here.
REFUSED_ANSWER = f"""\
#set($type = $input.path('$.__type'))
#if($type.contains("ValidationException") || $type.contains("InvalidArgumentException"))
#set($context.responseOverride.status = {TOO_LARGE})
{{"error": "too_large", "message": "An event has 1 MiB at most, a batch 5 MiB and 500 events. Nothing was stored."}}
#else
{{"error": "not_stored", "message": "Nothing was stored. Send it again after a while, with the same event_id."}}
#end
"""


def single_request(stream: str) -> str:
    """PutRecord: the body byte for byte."""
    return SINGLE_REQUEST % {"stream": stream}


def batch_request(stream: str) -> str:
    """PutRecords: each event as API Gateway writes it again after reading the body."""
    return BATCH_REQUEST % {"stream": stream}
