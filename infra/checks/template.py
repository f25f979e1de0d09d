"""The template as the checks see it: transformed, with parameters and conditions resolved."""

from __future__ import annotations

import copy
import json
import logging
import os
import re
from pathlib import Path
from typing import Any, Iterator

# The transform asks for a region to know the partition. Nothing is called.
os.environ.setdefault("AWS_DEFAULT_REGION", "ap-southeast-2")

from samtranslator.translator.transform import transform as sam_transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

# It warns of metrics that it did not send; there is nowhere to send them to.
logging.getLogger("samtranslator").setLevel(logging.ERROR)

# The transform accepts code only from S3. Where each zip lies is read from the source.
CODE_IN_S3 = {"Bucket": "checks", "Key": "bootstrap.zip"}


class NoManagedPolicies:
    """Answers the transform's question for AWS managed policies. The template uses none."""

    def load(self) -> dict[str, str]:
        return {}


def transform(source: dict[str, Any]) -> dict[str, Any]:
    """What CloudFormation makes of the SAM source."""
    sam = copy.deepcopy(source)
    for resource in sam.get("Resources", {}).values():
        if resource.get("Type") == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = CODE_IN_S3
    return sam_transform(sam, {}, NoManagedPolicies())


class Template:
    """The source, its transformation, and where the functions' code lies."""

    def __init__(self, source: dict[str, Any], root: Path) -> None:
        self.source = source
        self.root = root
        self.transformed = transform(source)
        self.resources: dict[str, dict[str, Any]] = self.transformed["Resources"]

    @classmethod
    def read(cls, root: Path) -> Template:
        return cls(yaml_parse((root / "infra" / "template.yaml").read_text(encoding="utf-8")), root)

    def of_type(self, *types: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Logical id and properties of every resource of these types."""
        for name, resource in self.resources.items():
            if resource["Type"] in types:
                yield name, resource.get("Properties", {})

    def properties(self, name: str | None) -> dict[str, Any]:
        return self.resources.get(name or "", {}).get("Properties", {})

    def parameter(self, name: str) -> Any:
        """A parameter's default. The defaults describe production."""
        return self.transformed.get("Parameters", {}).get(name, {}).get("Default")

    def resolve(self, value: Any) -> Any:
        """The value with the parameters' defaults put in and conditions decided.

        References to resources and pseudo parameters stay as they are.
        """
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Ref"} and value["Ref"] in self.transformed.get("Parameters", {}):
            return self.parameter(value["Ref"])
        if set(value) == {"Fn::If"}:
            condition, yes, no = value["Fn::If"]
            return self.resolve(yes if self.holds({"Condition": condition}) else no)
        return {key: self.resolve(item) for key, item in value.items()}

    def holds(self, condition: dict[str, Any]) -> bool:
        (kind, argument), = condition.items()
        if kind == "Condition":
            return self.holds(self.transformed["Conditions"][argument])
        if kind == "Fn::Equals":
            left, right = self.resolve(argument)
            return str(left) == str(right)
        if kind == "Fn::Not":
            return not self.holds(argument[0])
        if kind == "Fn::And":
            return all(self.holds(item) for item in argument)
        if kind == "Fn::Or":
            return any(self.holds(item) for item in argument)
        raise ValueError(f"condition function {kind} is not known to the checks")


def target(value: Any) -> str | None:
    """The logical id that a Ref or GetAtt points at."""
    if isinstance(value, dict):
        if "Ref" in value:
            return value["Ref"]
        if "Fn::GetAtt" in value:
            attribute = value["Fn::GetAtt"]
            return attribute.split(".")[0] if isinstance(attribute, str) else attribute[0]
    return None


def listed(value: Any) -> list[Any]:
    """IAM and CloudFormation let a list of one be written without the list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    """One readable line for a resource: `EnrolmentsTable`, `EnrolmentsTable/index/due`, `*`."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and "Fn::Sub" in value and isinstance(value["Fn::Sub"], str):
        return re.sub(r"\$\{(\w+)(\.Arn)?\}", r"\1", value["Fn::Sub"])
    return target(value) or json.dumps(value, sort_keys=True)
