"""Rules of our own over an expanded template: what must never slip into a stack that a street relies on.

Each rule yields what is wrong, in words. `RULES` names them all; the tests break the template once for each thing that
a rule looks at and see that it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Resources = dict[str, Any]
Rule = Callable[[Resources], Iterator[str]]

LEAST_LOG_DAYS = 180
KEPT = (
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::KMS::Key",
    "AWS::SecretsManager::Secret",
    "AWS::Logs::LogGroup",
)
ANY_RESOURCE = {"dynamodb:ListStreams"}
"""Actions for which there is no narrower resource."""
OF_STREAMS = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}
PUBLIC_STATEMENT = "EverybodyReads"


def of(resources: Resources, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The resources of a kind, each with its properties."""
    for name, each in resources.items():
        if each["Type"] == kind:
            yield name, each.get("Properties", {})


def refers_to(value: Any, name: str) -> bool:
    """Whether a value names a resource, by Ref, GetAtt or within a Sub."""
    if isinstance(value, dict):
        if value.get("Ref") == name:
            return True
        got = value.get("Fn::GetAtt")
        if got and got[0] == name:
            return True
        text = value.get("Fn::Sub")
        if isinstance(text, str) and (f"${{{name}}}" in text or f"${{{name}." in text):
            return True
        return any(refers_to(each, name) for each in value.values())
    if isinstance(value, list):
        return any(refers_to(each, name) for each in value)
    return False


def listed(value: Any) -> list[Any]:
    """A value that may be one or several."""
    return value if isinstance(value, list) else [value]


def statements(resources: Resources) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of every policy of identities: of roles and managed policies."""
    for name, each in of(resources, "AWS::IAM::Role"):
        for policy in each.get("Policies", ()):
            yield from ((name, said) for said in policy["PolicyDocument"]["Statement"])
    for name, each in of(resources, "AWS::IAM::ManagedPolicy"):
        yield from ((name, said) for said in each["PolicyDocument"]["Statement"])


def what_is_kept_stays(resources: Resources) -> Iterator[str]:
    for name, each in resources.items():
        if each["Type"] in KEPT:
            for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
                if each.get(policy) != "Retain":
                    yield f"{name}: {policy} is not Retain"


def tables_can_be_recovered(resources: Resources) -> Iterator[str]:
    for name, each in of(resources, "AWS::DynamoDB::Table"):
        if not each.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"):
            yield f"{name}: no point-in-time recovery"
        if each.get("DeletionProtectionEnabled") is not True:
            yield f"{name}: may be deleted"
        if not each.get("SSESpecification", {}).get("SSEEnabled"):
            yield f"{name}: not encrypted with a key of the account"
        if each.get("StreamSpecification", {}).get("StreamViewType") != "KEYS_ONLY":
            yield f"{name}: its stream carries what is stored"


def buckets_are_closed(resources: Resources) -> Iterator[str]:
    for name, each in of(resources, "AWS::S3::Bucket"):
        block = each.get("PublicAccessBlockConfiguration", {})
        opened = _opened_on_purpose(resources, name)
        wanted = (
            "BlockPublicAcls",
            "IgnorePublicAcls",
            *(() if opened else ("BlockPublicPolicy", "RestrictPublicBuckets")),
        )
        for setting in wanted:
            if block.get(setting) is not True:
                yield f"{name}: {setting} is off"
        if each.get("OwnershipControls", {}).get("Rules") != [{"ObjectOwnership": "BucketOwnerEnforced"}]:
            yield f"{name}: access lists are on"
        if not each.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration"):
            yield f"{name}: not encrypted"
        if each.get("VersioningConfiguration", {}).get("Status") != "Enabled":
            yield f"{name}: keeps no versions"
        if each.get("WebsiteConfiguration") and not opened:
            yield f"{name}: a website, and not on purpose"
        for said in _bucket_statements(resources, name):
            meant = said.get("Sid") == PUBLIC_STATEMENT and listed(said["Action"]) == ["s3:GetObject"]
            if said["Effect"] == "Allow" and said["Principal"] in ("*", {"AWS": "*"}) and not meant:
                yield f"{name}: {said.get('Sid')} lets everybody in"


def nothing_goes_unencrypted(resources: Resources) -> Iterator[str]:
    held = [
        (name, "s3:*", _bucket_statements(resources, name)) for name, _ in of(resources, "AWS::S3::Bucket")
    ]
    for name, _ in of(resources, "AWS::SQS::Queue"):
        policies = [
            each for _, each in of(resources, "AWS::SQS::QueuePolicy") if refers_to(each["Queues"], name)
        ]
        held.append(
            (name, "sqs:*", [said for each in policies for said in each["PolicyDocument"]["Statement"]])
        )
    for name, action, said in held:
        denied = {"Bool": {"aws:SecureTransport": "false"}}
        if not any(
            each["Effect"] == "Deny"
            and each["Action"] == action
            and each["Principal"] == "*"
            and each.get("Condition") == denied
            for each in said
        ):
            yield f"{name}: may be reached without encryption"


def permissions_name_what_they_allow(resources: Resources) -> Iterator[str]:
    for name, said in statements(resources):
        where = f"{name}: {said.get('Sid', '?')}"
        if said["Effect"] != "Allow":
            continue
        if "NotAction" in said or "NotResource" in said:
            yield f"{where} allows all but something"
            continue
        actions = listed(said["Action"])
        if any("*" in action for action in actions):
            yield f"{where} allows actions by a wildcard"
        if "*" in listed(said["Resource"]) and not set(actions) <= ANY_RESOURCE:
            yield f"{where} allows something on everything"


def functions_stand_alone(resources: Resources) -> Iterator[str]:
    functions = dict(of(resources, "AWS::Lambda::Function"))
    for name, each in functions.items():
        sharing = [other for other, its in functions.items() if other != name and its["Role"] == each["Role"]]
        if sharing:
            yield f"{name}: shares its role with {', '.join(sharing)}"
        if not any(
            refers_to(each.get("LoggingConfig"), group) for group, _ in of(resources, "AWS::Logs::LogGroup")
        ):
            yield f"{name}: no log group of its own"
        for metric in ("Errors", "Throttles"):
            if not _alarm(resources, "AWS/Lambda", metric, name):
                yield f"{name}: no alarm for {metric}"
    for name, each in of(resources, "AWS::IAM::Role"):
        trusted = [said.get("Principal") for said in each["AssumeRolePolicyDocument"]["Statement"]]
        if trusted != [{"Service": "lambda.amazonaws.com"}]:
            yield f"{name}: trusts somebody else"
        if any(isinstance(arn, str) for arn in each.get("ManagedPolicyArns", ())):
            yield f"{name}: has a policy that is not of this stack"
    for name, each in of(resources, "AWS::Lambda::Permission"):
        if "SourceArn" not in each:
            yield f"{name}: lets any caller of that service in"


def who_judges_opens_nothing(resources: Resources) -> Iterator[str]:
    if resources["JudgeRole"]["Properties"].get("ManagedPolicyArns"):
        yield "Judge: may reach a store"
    if {"LINLI_STORE", "LINLI_KEYS"} & set(resources["Judge"]["Properties"]["Environment"]["Variables"]):
        yield "Judge: is told of a store"


def items_of_one_deployment_only(resources: Resources) -> Iterator[str]:
    wanted = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [{"Fn::Sub": "${Deployment}#*"}]}}
    for name, said in statements(resources):
        actions = {action for action in listed(said["Action"]) if action.startswith("dynamodb:")}
        if actions - OF_STREAMS and said.get("Condition") != wanted:
            yield f"{name}: {said.get('Sid')} reaches items of other deployments"
        if "dynamodb:Scan" in actions:
            yield f"{name}: scans"


def logs_are_kept_long_enough(resources: Resources) -> Iterator[str]:
    for name, each in of(resources, "AWS::Logs::LogGroup"):
        days = each.get("RetentionInDays")
        if days != {"Ref": "LogDays"} and not (isinstance(days, int) and days >= LEAST_LOG_DAYS):
            yield f"{name}: kept for ever, or less than {LEAST_LOG_DAYS} days"


def what_fails_is_kept(resources: Resources) -> Iterator[str]:
    for name, rule in of(resources, "AWS::Events::Rule"):
        for target in rule["Targets"]:
            if "DeadLetterConfig" not in target:
                yield f"{name}: an event that cannot be delivered is lost"
            function = target["Arn"]["Fn::GetAtt"][0]
            if "DeadLetterConfig" not in resources[function]["Properties"]:
                yield f"{function}: an event that fails is lost"
    for name, each in of(resources, "AWS::Lambda::EventSourceMapping"):
        if "OnFailure" not in each.get("DestinationConfig", {}):
            yield f"{name}: a batch that fails is lost"
        if not 0 <= each.get("MaximumRetryAttempts", -1) <= 10:
            yield f"{name}: tries for ever, and holds up what comes after"
        if not _alarm(resources, "AWS/Lambda", "IteratorAge", each["FunctionName"]["Ref"]):
            yield f"{name}: nobody hears that it lags behind"
    for name, each in of(resources, "AWS::SQS::Queue"):
        if not each.get("SqsManagedSseEnabled") and not each.get("KmsMasterKeyId"):
            yield f"{name}: not encrypted"
        if each.get("MessageRetentionPeriod", 0) < 1209600:
            yield f"{name}: forgets within two weeks"
        if not _alarm(resources, "AWS/SQS", "ApproximateNumberOfMessagesVisible", name):
            yield f"{name}: nobody hears that something lies in it"


def keys_are_kept_well(resources: Resources) -> Iterator[str]:
    for name, each in of(resources, "AWS::KMS::Key"):
        if each.get("EnableKeyRotation") is not True:
            yield f"{name}: does not rotate"
        for said in each["KeyPolicy"]["Statement"]:
            if said["Principal"] == "*" or said["Principal"].get("AWS") == "*":
                yield f"{name}: anybody may use it"
    for name, each in of(resources, "AWS::SecretsManager::Secret"):
        if "KmsKeyId" not in each:
            yield f"{name}: not under a key of the stack"
        if each.get("SecretString") != "{}":
            yield f"{name}: a secret stands in the template"


def the_api_tells_nothing_of_people(resources: Resources) -> Iterator[str]:
    for name, each in of(resources, "AWS::ApiGatewayV2::Stage"):
        said = each.get("AccessLogSettings", {}).get("Format", "")
        if not said:
            yield f"{name}: keeps no log of calls"
        for word in ("identity", "path", "authorizer"):
            if f"$context.{word}" in said:
                yield f"{name}: its log says {word}"
        if not each.get("DefaultRouteSettings", {}).get("ThrottlingRateLimit"):
            yield f"{name}: takes any number of calls"


def the_distribution_is_encrypted(resources: Resources) -> Iterator[str]:
    for name, each in of(resources, "AWS::CloudFront::Distribution"):
        config = each["DistributionConfig"]
        certificate = config["ViewerCertificate"]
        if (
            not certificate.get("CloudFrontDefaultCertificate")
            and certificate.get("MinimumProtocolVersion") != "TLSv1.2_2021"
        ):
            yield f"{name}: takes old encryption"
        for behaviour in (config["DefaultCacheBehavior"], *config.get("CacheBehaviors", ())):
            if behaviour["ViewerProtocolPolicy"] not in ("redirect-to-https", "https-only"):
                yield f"{name}: answers without encryption"
            if behaviour["TargetOriginId"] == "functions" and behaviour.get("MaxTTL", 1) != 0:
                yield f"{name}: keeps answers of functions"
        for origin in config["Origins"]:
            if origin.get("CustomOriginConfig", {}).get("OriginProtocolPolicy", "https-only") != "https-only":
                yield f"{name}: asks {origin['Id']} without encryption"


RULES: tuple[Rule, ...] = (
    what_is_kept_stays,
    tables_can_be_recovered,
    buckets_are_closed,
    nothing_goes_unencrypted,
    permissions_name_what_they_allow,
    functions_stand_alone,
    who_judges_opens_nothing,
    items_of_one_deployment_only,
    logs_are_kept_long_enough,
    what_fails_is_kept,
    keys_are_kept_well,
    the_api_tells_nothing_of_people,
    the_distribution_is_encrypted,
)


def faults(resources: Resources) -> list[str]:
    """Everything that is wrong, by every rule."""
    return [said for rule in RULES for said in rule(resources)]


def _bucket_statements(resources: Resources, bucket: str) -> list[dict[str, Any]]:
    policies = [
        each for _, each in of(resources, "AWS::S3::BucketPolicy") if refers_to(each["Bucket"], bucket)
    ]
    return [said for each in policies for said in each["PolicyDocument"]["Statement"]]


def _opened_on_purpose(resources: Resources, bucket: str) -> bool:
    return any(said.get("Sid") == PUBLIC_STATEMENT for said in _bucket_statements(resources, bucket))


def _alarm(resources: Resources, namespace: str, metric: str, about: str) -> bool:
    return any(
        each["Namespace"] == namespace
        and each["MetricName"] == metric
        and refers_to(each["Dimensions"], about)
        for _, each in of(resources, "AWS::CloudWatch::Alarm")
    )
