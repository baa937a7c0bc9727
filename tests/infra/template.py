"""The stack's template as it comes out for given parameters: conditions decided, what is conditional in or out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[2] / "infra" / "template.yaml"
GIVEN = {"Deployment": "river", "Owner": "某区", "CodeBucket": "code", "CodeKey": "key"}
CLOSED: dict[str, str] = {}
DISTRIBUTED = {"Cdn": "yes", "DomainName": "sq.example.cn", "ServerCertificateId": "ASCA1", "IcpNumber": "1"}
PUBLIC = {"PublicBucket": "yes", "IcpNumber": "1"}
SCENES = {"closed": CLOSED, "distributed": DISTRIBUTED, "public": PUBLIC}

_GONE = object()


def read() -> dict[str, Any]:
    """The template as it is written; long forms only, so that any reader of YAML will do."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


def expanded(template: dict[str, Any], scene: dict[str, str]) -> dict[str, Any]:
    """The resources that there are in a scene, with every condition decided; references stay as they are."""
    parameters = {name: str(each.get("Default", "")) for name, each in template["Parameters"].items()}
    parameters |= GIVEN | scene
    conditions = {name: _holds(said, parameters) for name, said in template["Conditions"].items()}
    return {
        name: _decided(each, conditions)
        for name, each in template["Resources"].items()
        if conditions.get(each.get("Condition", ""), True)
    }


def _holds(said: Any, parameters: dict[str, str]) -> bool:
    ((how, operands),) = said.items()
    if how == "Fn::Equals":
        left, right = (parameters[each["Ref"]] if isinstance(each, dict) else str(each) for each in operands)
        return left == right
    if how == "Fn::Not":
        return not _holds(operands[0], parameters)
    raise AssertionError(f"no condition here uses {how}")


def _decided(value: Any, conditions: dict[str, bool]) -> Any:
    if isinstance(value, dict):
        if value == {"Ref": "AWS::NoValue"}:
            return _GONE
        if set(value) == {"Fn::If"}:
            name, then, otherwise = value["Fn::If"]
            return _decided(then if conditions[name] else otherwise, conditions)
        decided = {key: _decided(each, conditions) for key, each in value.items()}
        return {key: each for key, each in decided.items() if each is not _GONE}
    if isinstance(value, list):
        return [each for each in (_decided(one, conditions) for one in value) if each is not _GONE]
    return value
