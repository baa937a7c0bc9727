"""What a deployment's file says of identity, looked at without asking anyone: addresses, audiences, keys.

That an issuer answers as its file says is asked when somebody signs in, and by ``linli check --issuers``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from linli.configuration import DeploymentFile, IdentityTable, IssuerTable
from linli.faults import Fault

LOOPBACK = ("127.0.0.1", "::1", "localhost")
MOST_HOURS = 12
KEY_ARN = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)/[A-Za-z0-9/_-]+")


def on_this_machine(address: str) -> bool:
    """Whether an address leads to this machine: the only place to which nothing can listen on the way."""
    return urlsplit(address).hostname in LOOPBACK


def address_fault(address: str) -> str:
    """What is wrong with an address that people and tokens are sent to; empty where nothing is.

    It is one of https, or of this machine, without user, query, fragment or surrounding space.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "不是网址"
    if not address.isascii() or not address.isprintable() or " " in address or "\\" in address:
        return "有不能用的字符"
    if not host or parts.scheme not in ("https", "http"):
        return "不是 https:// 开头的完整网址"
    if parts.scheme == "http" and host not in LOOPBACK:
        return "要用 https：http 会把登录信息明文送出"
    if parts.username or parts.password or "?" in address or "#" in address:
        return "里面不能有用户名、? 或 #"
    return ""


def identity_faults(config: DeploymentFile, file: str) -> Iterator[Fault]:
    """Every fault of ``[identity]`` and of ``vault_key``."""
    if config.vault_key and not KEY_ARN.fullmatch(config.vault_key):
        cure = "写成 arn:aws-cn:kms:<区域>:<账号>:key/<编号>；用本机密钥文件就不写"
        yield Fault(file, "vault_key", f"“{config.vault_key}”不是密钥的 ARN", cure=cure)
    if config.identity is not None:
        yield from _of_table(config.identity, file)


def _of_table(table: IdentityTable, file: str) -> Iterator[Fault]:
    if said := address_fault(table.address):
        cure = "写居民打开公开页面用的网址，例如 https://sq.example.gov.cn/river"
        yield Fault(file, "identity.address", f"“{table.address}”{said}", cure=cure)
    yield from _of_issuer(table, table.address, file, "identity.")
    if not 1 <= table.session_hours <= MOST_HOURS:
        yield Fault(
            file, "identity.session_hours", f"要在 1 到 {MOST_HOURS} 之间", cure="登录多少小时后要重新登录"
        )
    if table.audience and table.audience == table.client_id:
        said = "与 client_id 相同：给登录用的凭证会被当成给程序用的令牌"
        yield Fault(file, "identity.audience", said, cure="在统一身份认证里给接口另起一个名称")
    if table.audience and not table.scope:
        yield Fault(
            file, "identity.scope", "程序的令牌要写明权限范围", cure='例如 scope = "linli"，令牌里要有它'
        )
    if table.residents is not None:
        yield from _of_issuer(table.residents, table.address, file, "identity.residents.")
        if (table.residents.issuer, table.residents.client_id) == (table.issuer, table.client_id):
            said = "居民和工作人员用的是同一个登录入口，分不出谁是谁"
            cure = "在统一身份认证里为居民另登记一个应用，写它的 client_id；不需要就去掉 [identity.residents]"
            yield Fault(file, "identity.residents", said, cure=cure)


def _of_issuer(table: IdentityTable | IssuerTable, address: str, file: str, above: str) -> Iterator[Fault]:
    said = address_fault(table.issuer)
    if not said and on_this_machine(table.issuer) and not on_this_machine(address):
        said = "只有本机能打开，而 identity.address 是对外的网址"
    if said:
        cure = "照统一身份认证给出的 issuer 原样写；它的发现文档在 <issuer>/.well-known/openid-configuration"
        yield Fault(file, f"{above}issuer", f"“{table.issuer}”{said}", cure=cure)
    if not table.client_id.strip() or not table.client_id.isprintable():
        yield Fault(file, f"{above}client_id", "没有写", cure="写在统一身份认证里登记本应用得到的编号")
    if "openid" not in table.scopes:
        yield Fault(file, f"{above}scopes", "缺少 openid", cure='至少写 scopes = ["openid"]')
    if table.client_secret:
        said = "应用密钥不能写进配置文件，谁读到文件谁就能冒充本站"
        cure = "删去它并在统一身份认证里换一个新密钥；新密钥放进环境变量或密钥文件，见手册“身份”"
        yield Fault(file, f"{above}client_secret", said, cure=cure)
