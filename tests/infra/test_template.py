"""The stack's template: clean by the linters, safe by our own rules, and every rule bites."""

from __future__ import annotations

import copy
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linli.store_dynamodb_table import TTL, table_definition
from tests.infra import safety
from tests.infra.safety import Resources
from tests.infra.template import CLOSED, DISTRIBUTED, FILE, PUBLIC, SCENES, expanded, read

SAM = Path(os.environ.get("LINLI_SAM", Path.home() / ".cache/linli/sam/bin/sam"))
WITHOUT = f"the AWS SAM CLI is not installed at {SAM} (.ci/run installs it)"


def tool(*words: str, region: str = "cn-north-1") -> str:
    if not SAM.exists():
        pytest.skip(WITHOUT)
    environment = {
        **os.environ,
        "AWS_DEFAULT_REGION": region,
        "SAM_CLI_TELEMETRY": "0",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    done = subprocess.run(
        [SAM.parent / words[0], *words[1:]], capture_output=True, text=True, env=environment, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_cfn_lint_finds_nothing_in_either_partition() -> None:
    said = tool(
        "cfn-lint", "-r", "cn-north-1", "cn-northwest-1", "eu-central-1", "us-east-1", "--", str(FILE)
    )
    assert said == ""


def test_sam_validate_finds_nothing() -> None:
    assert "is a valid" in tool("sam", "validate", "--lint", "-t", str(FILE))


@pytest.mark.parametrize("scene", SCENES)
def test_no_safety_rule_is_broken(scene: str) -> None:
    assert safety.faults(expanded(read(), SCENES[scene])) == []


def test_the_portals_bucket_is_public_only_where_that_was_said() -> None:
    allowed = {
        scene: [
            said["Sid"]
            for said in expanded(read(), parameters)["SiteBucketPolicy"]["Properties"]["PolicyDocument"][
                "Statement"
            ]
            if said["Effect"] == "Allow"
        ]
        for scene, parameters in SCENES.items()
    }
    assert allowed == {"closed": [], "distributed": ["TheDistributionReads"], "public": ["EverybodyReads"]}


BROKEN: list[tuple[str, Any, str]] = [
    ("Table/^DeletionPolicy", "Delete", "Table: DeletionPolicy is not Retain"),
    ("VaultKey/^UpdateReplacePolicy", None, "VaultKey: UpdateReplacePolicy is not Retain"),
    ("Table/PointInTimeRecoverySpecification", None, "no point-in-time recovery"),
    ("Table/DeletionProtectionEnabled", False, "may be deleted"),
    ("Table/SSESpecification/SSEEnabled", False, "not encrypted with a key"),
    ("Table/StreamSpecification/StreamViewType", "NEW_IMAGE", "its stream carries"),
    ("SiteBucket/PublicAccessBlockConfiguration/BlockPublicPolicy", False, "BlockPublicPolicy is off"),
    ("FilesBucket/PublicAccessBlockConfiguration", None, "FilesBucket: BlockPublicAcls is off"),
    ("FilesBucket/OwnershipControls", None, "access lists are on"),
    ("FilesBucket/BucketEncryption", None, "FilesBucket: not encrypted"),
    ("FilesBucket/VersioningConfiguration", None, "keeps no versions"),
    ("FilesBucket/WebsiteConfiguration", {"IndexDocument": "x"}, "a website, and not on purpose"),
    ("FilesBucketPolicy/PolicyDocument/Statement/0/Effect", "Allow", "lets everybody in"),
    ("SiteBucketPolicy/PolicyDocument/Statement", [], "SiteBucket: may be reached without"),
    ("FailedQueuePolicy/PolicyDocument/Statement/1", None, "FailedQueue: may be reached without"),
    ("StorePolicy/PolicyDocument/Statement/1/Action", "secretsmanager:*", "by a wildcard"),
    ("StorePolicy/PolicyDocument/Statement/2/Resource", "*", "something on everything"),
    ("StorePolicy/PolicyDocument/Statement/2/NotAction", "iam:*", "allows all but something"),
    ("StorePolicy/PolicyDocument/Statement/0/Condition", None, "items of other deployments"),
    ("StorePolicy/PolicyDocument/Statement/0/Action/0", "dynamodb:Scan", "scans"),
    ("Matters/Role", {"Fn::GetAtt": ["PublishRole", "Arn"]}, "shares its role"),
    ("Matters/LoggingConfig", None, "no log group of its own"),
    ("MattersErrors", None, "Matters: no alarm for Errors"),
    ("ClockThrottles", None, "Clock: no alarm for Throttles"),
    ("ClockRole/AssumeRolePolicyDocument/Statement/0/Principal", {"AWS": "*"}, "trusts somebody"),
    ("ClockRole/ManagedPolicyArns/0", "arn:aws:iam::aws:policy/AdministratorAccess", "not of this stack"),
    ("ClockPermission/SourceArn", None, "lets any caller"),
    ("JudgeRole/ManagedPolicyArns", [{"Ref": "StorePolicy"}], "Judge: may reach a store"),
    ("Judge/Environment/Variables/LINLI_KEYS", "x", "Judge: is told of a store"),
    ("MattersLog/RetentionInDays", None, "MattersLog: kept for ever"),
    ("MattersLog/RetentionInDays", 30, "less than 180 days"),
    ("ClockRule/Targets/0/DeadLetterConfig", None, "cannot be delivered is lost"),
    ("Clock/DeadLetterConfig", None, "Clock: an event that fails is lost"),
    ("PublishStream/DestinationConfig", None, "a batch that fails is lost"),
    ("PublishStream/MaximumRetryAttempts", None, "tries for ever"),
    ("PublishLag", None, "lags behind"),
    ("FailedQueue/SqsManagedSseEnabled", None, "FailedQueue: not encrypted"),
    ("FailedQueue/MessageRetentionPeriod", 60, "forgets within two weeks"),
    ("FailedAlarm", None, "nobody hears that something lies in it"),
    ("VaultKey/EnableKeyRotation", None, "does not rotate"),
    ("VaultKey/KeyPolicy/Statement/0/Principal", "*", "anybody may use it"),
    ("Keys/KmsKeyId", None, "not under a key of the stack"),
    ("Keys/SecretString", '{"log": "…"}', "a secret stands in the template"),
    ("ApiStage/AccessLogSettings", None, "keeps no log of calls"),
    ("ApiStage/AccessLogSettings/Format", "$context.identity.sourceIp", "its log says identity"),
    ("ApiStage/AccessLogSettings/Format", "$context.path", "its log says path"),
    ("ApiStage/DefaultRouteSettings", None, "any number of calls"),
    ("Distribution/DistributionConfig/ViewerCertificate/MinimumProtocolVersion", "TLSv1", "old encryption"),
    (
        "Distribution/DistributionConfig/DefaultCacheBehavior/ViewerProtocolPolicy",
        "allow-all",
        "answers without",
    ),
    ("Distribution/DistributionConfig/CacheBehaviors/0/MaxTTL", 60, "keeps answers of functions"),
    (
        "Distribution/DistributionConfig/Origins/1/CustomOriginConfig/OriginProtocolPolicy",
        "match-viewer",
        "asks functions without",
    ),
]


def broken(resources: Resources, where: str, value: Any) -> Resources:
    """The resources with one thing changed, or gone: a property by its path, or with ^ what stands beside them."""
    copied = copy.deepcopy(resources)
    name, *path = where.split("/")
    if not path:
        return {each: held for each, held in copied.items() if each != name}
    holder: Any = copied[name] if path[0].startswith("^") else copied[name]["Properties"]
    *path, last = (int(step) if step.isdigit() else step.removeprefix("^") for step in path)
    for step in path:
        holder = holder[step]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return copied


@pytest.mark.parametrize(("where", "value", "said"), BROKEN, ids=[f"{w}-{s}" for w, _, s in BROKEN])
def test_every_rule_bites(where: str, value: Any, said: str) -> None:
    resources = expanded(read(), DISTRIBUTED)
    new = set(safety.faults(broken(resources, where, value))) - set(safety.faults(resources))
    assert any(said in fault for fault in new), new


def test_every_rule_was_tried() -> None:
    resources = expanded(read(), DISTRIBUTED)
    changed = [broken(resources, where, value) for where, value, _ in BROKEN]
    assert [rule.__name__ for rule in safety.RULES if not any(list(rule(each)) for each in changed)] == []


def test_the_table_is_the_one_that_the_store_wants() -> None:
    made: dict[str, Any] = expanded(read(), CLOSED)["Table"]["Properties"]
    wanted = table_definition("x")
    for name in ("KeySchema", "AttributeDefinitions", "BillingMode"):
        assert made[name] == wanted[name]
    assert made["TimeToLiveSpecification"] == {"AttributeName": TTL, "Enabled": True}


def test_every_function_has_a_handler_that_there_is() -> None:
    import importlib

    for _, each in safety.of(expanded(read(), PUBLIC), "AWS::Lambda::Function"):
        module, _, name = each["Handler"].rpartition(".")
        handler: Callable[..., Any] = getattr(importlib.import_module(module), name)
        assert callable(handler)
