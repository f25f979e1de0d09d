"""What each role may do, flattened to one statement of one action on one resource."""

from __future__ import annotations

from typing import Any, Iterator, NamedTuple

from .template import Template, listed, text


class Grant(NamedTuple):
    role: str
    sid: str
    effect: str
    action: str
    resource: str
    condition: str = ""


def statements(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each statement with the logical id of the role or policy that holds it."""
    for name, role in template.of_type("AWS::IAM::Role"):
        for policy in role.get("Policies", []):
            for statement in listed(policy["PolicyDocument"]["Statement"]):
                yield name, statement
    for name, policy in template.of_type("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"):
        for statement in listed(policy["PolicyDocument"]["Statement"]):
            yield name, statement


def grants(template: Template) -> Iterator[Grant]:
    for role, statement in statements(template):
        for action in listed(statement.get("Action")):
            for resource in listed(statement.get("Resource")):
                yield Grant(role, statement.get("Sid", ""), statement["Effect"], action, text(resource), condition(statement))


def condition(statement: dict[str, Any]) -> str:
    """Under what it is granted: `ForAllValues:StringLike dynamodb:LeadingKeys IDEMPOTENCY#*`; empty without one."""
    return " and ".join(
        f"{operator} {name} {' or '.join(text(value) for value in listed(values))}"
        for operator, names in sorted(statement.get("Condition", {}).items())
        for name, values in sorted(names.items())
    )
