"""What a deployment's file says of the cloud, looked at without asking it: region, buckets, and what China asks for.

That the account, the bucket and the stack are there and are the right ones is asked by ``linli deploy``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from linli.configuration import CloudTable, DeploymentFile
from linli.faults import Fault

CLOSED, CDN, PUBLIC = "closed", "cdn", "public"
PORTALS = {CLOSED: "不从云上公开", CDN: "经内容分发网络", PUBLIC: "直接读存储桶"}
LOG_DAYS = (180, 365, 400, 731, 1096)
"""How long logs may be kept: six months at least, and what the log service offers."""

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ACCOUNT = re.compile(r"\d{12}")
_STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")
_SLUG = re.compile(r"[a-z][a-z0-9-]{0,30}")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]+")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


def in_china(region: str) -> bool:
    """Whether a region is one of the partition ``aws-cn``."""
    return region.startswith("cn-")


def stack_name(config: DeploymentFile, cloud: CloudTable) -> str:
    """The name of a deployment's stack."""
    return cloud.stack or f"linli-{config.slug}"


def cloud_faults(config: DeploymentFile, file: str) -> Iterator[Fault]:
    """Every fault of ``[cloud]``."""
    cloud = config.cloud
    if cloud is None:
        return
    for key, said, pattern, cure in (
        ("region", cloud.region, _REGION, "例如 cn-north-1 或 cn-northwest-1"),
        ("package_bucket", cloud.package_bucket, _BUCKET, "3 到 63 个小写字母、数字、横线或点"),
        ("account", cloud.account, _ACCOUNT, "12 位账号；不限定就不写"),
        ("stack", cloud.stack, _STACK, "字母开头，字母、数字和横线；不写是 linli-<slug>"),
        ("role", cloud.role, _ROLE, "写成 arn:aws-cn:iam::<账号>:role/<名称>"),
        ("domain", cloud.domain, _DOMAIN, "只写域名，例如 sq.example.gov.cn"),
        ("alarm_topic", cloud.alarm_topic, _TOPIC, "写成 arn:aws-cn:sns:<区域>:<账号>:<名称>"),
    ):
        if said and not pattern.fullmatch(said):
            yield Fault(file, f"cloud.{key}", f"“{said}”不能用在这里", cure=cure)
    for key, said in (("region", cloud.region), ("package_bucket", cloud.package_bucket)):
        if not said:
            yield Fault(file, f"cloud.{key}", "没有写", cure="写明放在哪个区域、哪个存储桶")
    if not _SLUG.fullmatch(config.slug):
        yield Fault(file, "slug", f"“{config.slug}”不能作云上的名称", cure="小写字母开头，最多 31 个字符")
    if cloud.log_days not in LOG_DAYS:
        choices = "、".join(map(str, LOG_DAYS))
        yield Fault(file, "cloud.log_days", f"日志不能正好留 {cloud.log_days} 天", cure=f"可以是 {choices}")
    yield from _of_portal(config, cloud, file)


def _of_portal(config: DeploymentFile, cloud: CloudTable, file: str) -> Iterator[Fault]:
    """What a portal needs before people can read it, in China more than elsewhere."""
    if cloud.portal not in PORTALS:
        cure = "可以是 " + "、".join(f"{name}（{said}）" for name, said in PORTALS.items())
        yield Fault(file, "cloud.portal", f"没有“{cloud.portal}”这种公开方式", cure=cure)
        return
    if cloud.portal != CDN:
        for key, said in (("domain", cloud.domain), ("certificate", cloud.certificate)):
            if said:
                yield Fault(file, f"cloud.{key}", "只有 portal 是 cdn 时才用得上", cure="去掉它，或改 portal")
    if cloud.portal == CDN and cloud.domain and not cloud.certificate:
        yield Fault(file, "cloud.certificate", "有域名而没有证书", cure="写上这个域名的证书编号")
    if cloud.portal == CLOSED or not in_china(cloud.region):
        return
    if not config.icp:
        said = "中国区域里没有备案号的网站，公众打不开"
        yield Fault(file, "icp", said, cure="写上备案号，或先把 portal 设为 closed")
    if cloud.portal == CDN and not cloud.domain:
        said = "中国区域的内容分发网络没有自带的域名"
        yield Fault(file, "cloud.domain", said, cure="写上已备案的域名")
