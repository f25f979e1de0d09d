"""cfn-lint on the source and on what CloudFormation makes of it."""

from __future__ import annotations

import json
from typing import Iterator

from cfnlint.api import lint

from .template import Template

# Lint knows what each region offers. Where the practices are.
REGIONS = ["ap-southeast-2"]

# Findings that are meant: (rule, part of the message), with the reason.
EXPECTED = {
    ("W3037", "'sendmessagebatch' is not one of"): "an action of the local emulator; AWS ignores what it does not know",
}


def findings(template: Template) -> Iterator[str]:
    source = (template.root / "infra" / "template.yaml").read_text(encoding="utf-8")
    # The source finds what the transform would hide, the result what SAM's schema lets pass.
    for what, content in (("template.yaml", source), ("template.yaml, transformed", json.dumps(template.transformed))):
        for match in lint(content, regions=REGIONS):
            if any(match.rule.id == rule and part in match.message for rule, part in EXPECTED):
                continue
            path = "/".join(str(part) for part in getattr(match, "path", None) or [])
            line = f" line {match.linenumber}" if what == "template.yaml" else ""
            yield f"cfn-lint {match.rule.id} in {what}{line}{f' ({path})' if path else ''}: {match.message}."
