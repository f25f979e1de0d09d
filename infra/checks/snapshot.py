"""The routes, schedules and permissions as one readable file, so that a change shows in review."""

from __future__ import annotations

import json
from typing import Any, Iterator

from .policies import grants
from .rules import route_function
from .template import Template, target


def snapshot(template: Template) -> dict[str, Any]:
    routes = {}
    for _, route in template.of_type("AWS::ApiGatewayV2::Route"):
        caller = "staff token" if route.get("AuthorizationType") == "JWT" else "anybody"
        path = route["RouteKey"].split(" ")
        routes[tuple(reversed(path))] = f"{route_function(template, route)}, {caller}"
    starts = {}
    for _, schedule in template.of_type("AWS::Scheduler::Schedule"):
        starts[target(schedule["Target"]["Arn"])] = schedule["ScheduleExpression"]
    for _, mapping in template.of_type("AWS::Lambda::EventSourceMapping"):
        starts[target(mapping["FunctionName"])] = f"messages of {target(mapping['EventSourceArn'])}"
    roles: dict[str, list[str]] = {}
    for grant in grants(template):
        refused = "not " if grant.effect == "Deny" else ""
        only = f" if {grant.condition}" if grant.condition else ""
        roles.setdefault(grant.role, []).append(f"{refused}{grant.action} on {grant.resource}{only}")
    return {
        "routes": {" ".join(reversed(key)): value for key, value in sorted(routes.items())},
        "starts": dict(sorted(starts.items())),
        "roles": {role: sorted(lines) for role, lines in sorted(roles.items())},
    }


def lines(shot: dict[str, Any]) -> set[str]:
    """One sentence for each entry, for comparing."""
    return (
        {f"route {key} → {value}" for key, value in shot["routes"].items()}
        | {f"{value} starts {key}" for key, value in shot["starts"].items()}
        | {f"{role} may {line}" for role, entries in shot["roles"].items() for line in entries}
    )


def written(shot: dict[str, Any]) -> str:
    return json.dumps(shot, indent=2, ensure_ascii=False) + "\n"


def changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    how = "explain it in the commit and write it down with `python -m infra.checks --update-snapshot`."
    for line in sorted(lines(after) - lines(before)):
        yield f"New in the template: {line}. If it is meant, {how}"
    for line in sorted(lines(before) - lines(after)):
        yield f"Gone from the template: {line}. If it is meant, {how}"
