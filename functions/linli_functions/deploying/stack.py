"""The stack of a deployment: a thin layer over CloudFormation, which makes the changes and undoes those that fail."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, TypeVar

from msgspec import Struct

from linli.clouds import CDN, PUBLIC, in_china, stack_name
from linli.configuration import CloudTable, DeploymentFile
from linli.errors import BadInput, Conflict, LinliError
from linli.store_dynamodb_calls import Refused
from linli_functions.deploying.calls import Cloud, CloudFailed
from linli_functions.deploying.picture import Change, compared

LARGEST_TEMPLATE = 51_200
"""The largest template that CloudFormation takes in a call, in bytes."""

KEPT = (
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::SecretsManager::Secret",
    "AWS::S3::Bucket",
)
"""Kinds of resources that hold what cannot be made again."""

NEVER_MADE = ("REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "DELETE_COMPLETE")
"""States of a stack that holds nothing: its first change was never made, or was undone."""

_TITLES = {
    "CodeKey": "函数包",
    "CodeBucket": "函数包的存储桶",
    "Runtime": "运行环境",
    "Owner": "所有者",
    "Cdn": "内容分发网络",
    "PublicBucket": "公开读存储桶",
    "DomainName": "域名",
    "CertificateId": "证书",
    "ServerCertificateId": "证书",
    "IcpNumber": "备案号",
    "AlarmTopic": "告警",
    "LogDays": "日志留的天数",
}

_STANDS = re.compile(r"(CREATE|UPDATE|IMPORT)_COMPLETE|(UPDATE|IMPORT)_ROLLBACK_COMPLETE")
_RESOURCE = re.compile(r"^  ([A-Za-z0-9]+):$", re.MULTILINE)
_TYPE = re.compile(r"^    Type: (\S+)$", re.MULTILINE)
_SECONDS, _LONGEST = 3.0, 3600.0

Pause = Callable[[float], None]
T = TypeVar("T")


class StackFailed(CloudFailed):
    """The stack was not changed as asked; CloudFormation has put back what was there."""

    code = "stack-failed"


class Stack(Struct, frozen=True):
    """A stack as it stands, with its parameters and outputs by name."""

    name: str
    status: str
    reason: str
    parameters: dict[str, str]
    outputs: dict[str, str]

    @property
    def stands(self) -> bool:
        """Whether it is there and at rest."""
        return _STANDS.fullmatch(self.status) is not None

    @property
    def busy(self) -> bool:
        """Whether somebody is changing it."""
        return self.status.endswith("_IN_PROGRESS") and self.status not in NEVER_MADE


def parameters_of(
    config: DeploymentFile, cloud: CloudTable, package: Mapping[str, str], emulator: str
) -> dict[str, str]:
    """The parameters of the template; ``package`` are those that say which functions run."""
    certificate = "ServerCertificateId" if in_china(cloud.region) else "CertificateId"
    return {
        "Deployment": config.slug,
        "Owner": config.owner,
        "CodeBucket": cloud.package_bucket,
        **package,
        "Cdn": "yes" if cloud.portal == CDN else "no",
        "PublicBucket": "yes" if cloud.portal == PUBLIC else "no",
        "DomainName": cloud.domain,
        **({certificate: cloud.certificate} if cloud.certificate else {}),
        "IcpNumber": config.icp,
        "AlarmTopic": cloud.alarm_topic,
        "LogDays": str(cloud.log_days),
        **({"Protect": "no", "EmulatorUrl": emulator} if emulator else {}),
    }


def find_stack(cloud: Cloud, name: str) -> Stack | None:
    """The stack of a name, or None where nothing was ever made."""
    try:
        (told,) = cloud.call("cloudformation", "DescribeStacks", StackName=name)["Stacks"]
    except Refused as error:
        if "does not exist" in error.message:
            return None
        raise _explained(error, name) from error
    return Stack(
        told["StackName"],
        told["StackStatus"],
        told.get("StackStatusReason", ""),
        {each["ParameterKey"]: each.get("ParameterValue", "") for each in told.get("Parameters", ())},
        {each["OutputKey"]: each["OutputValue"] for each in told.get("Outputs", ())},
    )


def check_stack(stack: Stack | None, config: DeploymentFile) -> Stack | None:
    """The stack that would be changed, None where there is none yet.

    Raises `Conflict` where it is somebody else's or somebody is changing it, or where it waits for a person.
    """
    if stack is None:
        return None
    if stack.busy:
        raise Conflict("有人正在部署", where=f"{stack.name}（{stack.status}）", cure="等它做完，再运行一次")
    if stack.status in NEVER_MADE:
        return None
    if not stack.stands:
        cure = (
            "在 CloudFormation 里看失败的原因；UPDATE_ROLLBACK_FAILED 用 ContinueUpdateRollback，再运行一次"
        )
        raise Conflict("栈停在半路，要人来看", where=f"{stack.name}（{stack.status}）", cure=cure)
    for parameter, mine, what in (("Deployment", config.slug, "部署"), ("Owner", config.owner, "所有者")):
        theirs = stack.parameters.get(parameter, "")
        if theirs != mine:
            said = f"这个栈的{what}是“{theirs}”，不是“{mine}”"
            cure = "各家的代码各用各的栈：在 [cloud] 里写另一个 stack，或改回原来的配置"
            raise Conflict(said, where=stack.name, cure=cure)
    return stack


def template_of(cloud: Cloud, name: str) -> str:
    """The template with which a stack was made last, word for word."""
    told = cloud.call("cloudformation", "GetTemplate", StackName=name, TemplateStage="Original")
    return str(told["TemplateBody"])


def resources(template: str) -> dict[str, tuple[str, str]]:
    """The resources of a template as it is written in this project: kind and text by name."""
    _, _, after = template.partition("\nResources:\n")
    body = re.split(r"^\S", after, maxsplit=1, flags=re.MULTILINE)[0]
    parts = _RESOURCE.split(body)
    found = {}
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        kind = _TYPE.search(text)
        lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
        found[name] = (kind[1] if kind else "", "\n".join(lines))
    return found


def resource_differences(was: str, now: str) -> Iterator[Change]:
    """What two templates make differently; what holds data and would be gone says that it is kept."""
    before, after = resources(was) if was else {}, resources(now)
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            yield Change("resources", name, now=after[name][0])
        elif name not in after:
            kept = "，其中的数据留下，不删" if before[name][0] in KEPT else ""
            yield Change("resources", name, was=before[name][0] + kept)
        elif before[name] != after[name]:
            yield Change("resources", name, before[name][0], "内容有变")


def parameter_differences(was: Mapping[str, str], now: Mapping[str, str]) -> list[Change]:
    """Which parameters the stack gets anew; those left to the template's default are not looked at."""
    before = {_TITLES.get(name, name): _short(value) for name, value in was.items() if name in now}
    after = {_TITLES.get(name, name): _short(value) for name, value in now.items()}
    return list(compared("parameters", before, after))


def _short(value: str) -> str:
    """A value as people read it: of a package the first digits of its hash."""
    return PurePosixPath(value).stem[:12] if value.endswith(".zip") else value


class ChangeSet(Struct, frozen=True):
    """A change that CloudFormation has worked out and not made: its id, and what it does to each resource."""

    id: str
    stack: str
    actions: dict[str, str]


def prepare(
    cloud: Cloud,
    config: DeploymentFile,
    template: str,
    parameters: Mapping[str, str],
    *,
    new: bool,
    pause: Pause = time.sleep,
) -> ChangeSet | None:
    """Have a change worked out; None where there is nothing to change.

    Raises `StackFailed` where CloudFormation takes the template not, and `Conflict` where something that holds data
    would be replaced or removed: nothing is changed then.
    """
    table = config.cloud
    if table is None:
        raise BadInput("没有 [cloud]", where=f"{config.slug}.toml")
    if len(template.encode()) > LARGEST_TEMPLATE:
        raise BadInput("模板太大", where="template.yaml", cure=f"最多 {LARGEST_TEMPLATE} 字节")
    name, label = stack_name(config, table), f"linli-{time.time_ns()}"
    try:
        made = cloud.call(
            "cloudformation",
            "CreateChangeSet",
            StackName=name,
            ChangeSetName=label,
            ChangeSetType="CREATE" if new else "UPDATE",
            TemplateBody=template,
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
            **({"RoleARN": table.role} if table.role else {}),
        )
        told = _waited(
            lambda: cloud.call(
                "cloudformation", "DescribeChangeSet", ChangeSetName=made["Id"], StackName=name
            ),
            lambda told: not told["Status"].endswith(("_PENDING", "_IN_PROGRESS")),
            pause,
        )
    except Refused as error:
        raise _explained(error, name) from error
    if told["Status"] == "FAILED":
        discard(cloud, made["Id"], name, new=new)
        reason = told.get("StatusReason", "")
        if "didn't contain changes" in reason or "No updates" in reason:
            return None
        raise StackFailed(f"云上不接受这份模板：{reason}", where=name, cure="改正配置，再运行一次")
    changed = [each["ResourceChange"] for each in told.get("Changes", ())]
    lost = [
        each["LogicalResourceId"]
        for each in changed
        if each["ResourceType"] in KEPT
        and (each["Action"] == "Remove" or each.get("Replacement") in ("True", "Conditional"))
    ]
    if lost:
        discard(cloud, made["Id"], name, new=new)
        said = f"会换掉或去掉存放数据的 {'、'.join(lost)}，没有改动"
        raise Conflict(said, where=name, cure="先搬出数据（linli move out），再由人决定怎样换")
    return ChangeSet(made["Id"], name, {each["LogicalResourceId"]: each["Action"] for each in changed})


def discard(cloud: Cloud, change_set: str, name: str, *, new: bool) -> None:
    """Forget a change that is not made; of a stack that never was, the empty shell as well."""
    cloud.call("cloudformation", "DeleteChangeSet", ChangeSetName=change_set, StackName=name)
    if new:
        cloud.call("cloudformation", "DeleteStack", StackName=name)


def make(cloud: Cloud, change: ChangeSet, pause: Pause = time.sleep) -> Stack:
    """Make a change and wait for it; raises `StackFailed` with the first causes where it was undone."""
    since = _last_event(cloud, change.stack)
    cloud.call(
        "cloudformation",
        "ExecuteChangeSet",
        ChangeSetName=change.id,
        StackName=change.stack,
        RetainExceptOnCreate=True,  # what a first attempt made and undid holds nothing yet
    )
    # Until it has begun the stack still says how it was.
    _waited(lambda: _last_event(cloud, change.stack), lambda last: last != since, pause)
    stack = _rested(cloud, change.stack, pause)
    if stack is None or stack.status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        status = stack.status if stack else "没有这个栈"
        reasons = "；".join(_reasons(cloud, change.stack, since)) or (stack.reason if stack else "")
        said = f"没有做成，已恢复原状（{status}）：{reasons}"
        raise StackFailed(said, where=change.stack, cure="改正之后再运行一次")
    return stack


def clear(cloud: Cloud, stack: Stack, pause: Pause = time.sleep) -> None:
    """Take away a stack whose first change was undone, so that it can be made anew."""
    if stack.status == "ROLLBACK_COMPLETE":
        cloud.call("cloudformation", "DeleteStack", StackName=stack.name)
        _rested(cloud, stack.name, pause)


def function_of(cloud: Cloud, stack: str, name: str) -> str:
    """The name in the cloud of one of the stack's functions."""
    told = cloud.call("cloudformation", "DescribeStackResource", StackName=stack, LogicalResourceId=name)
    return str(told["StackResourceDetail"]["PhysicalResourceId"])


def _rested(cloud: Cloud, name: str, pause: Pause) -> Stack | None:
    return _waited(lambda: find_stack(cloud, name), lambda stack: stack is None or not _moves(stack), pause)


def _moves(stack: Stack) -> bool:
    return stack.status.endswith("_IN_PROGRESS")


def _waited(ask: Callable[[], T], done: Callable[[T], bool], pause: Pause) -> T:
    waited, each = 0.0, 0.2
    while not done(told := ask()):
        if waited >= _LONGEST:
            raise CloudFailed(
                "等了一小时还没有做完", where="CloudFormation", cure="linli deploy status 看进展"
            )
        pause(each)
        waited, each = waited + each, min(each * 1.5, _SECONDS)
    return told


def _last_event(cloud: Cloud, name: str) -> str:
    return next((str(event["EventId"]) for event in _events(cloud, name)), "")


def _reasons(cloud: Cloud, name: str, since: str) -> list[str]:
    """What failed first, from the events after one; what was only cancelled because of it is left out."""
    found = []
    for event in _events(cloud, name):
        if event["EventId"] == since:
            break
        reason = event.get("ResourceStatusReason", "")
        if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
            found.append(f"{event['LogicalResourceId']} {reason}")
    return found[::-1][:3]


def _events(cloud: Cloud, name: str) -> Iterator[dict[str, Any]]:
    """The events of a stack, the latest first."""
    page: dict[str, str] = {}
    while True:
        told = cloud.call("cloudformation", "DescribeStackEvents", StackName=name, **page)
        yield from told["StackEvents"]
        if not told.get("NextToken"):
            return
        page = {"NextToken": told["NextToken"]}


def _explained(error: Refused, name: str) -> LinliError:
    if error.code == "AlreadyExistsException" or "IN_PROGRESS" in error.message:
        return Conflict("有人正在部署", where=name, cure="等它做完，再运行一次")
    if "Rules" in error.message or "Template" in error.message or error.code == "ValidationError":
        return StackFailed(f"云上不接受：{error.message}", where=name, cure="改正配置，再运行一次")
    return StackFailed(f"{error.code}：{error.message}", where=name)
