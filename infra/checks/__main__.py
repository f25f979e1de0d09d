"""`python -m infra.checks`: says nothing wrong and ends with 0, or one sentence for each breach and 1."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import lint
from .rules import RULES
from .snapshot import changes, snapshot, written
from .template import Template


def main() -> int:
    root = Path(__file__).resolve().parents[2]
    arguments = argparse.ArgumentParser(prog="python -m infra.checks", description="Checks infra/template.yaml.")
    arguments.add_argument("--update-snapshot", action="store_true", help="write infra/checks/snapshot.json anew")
    arguments.add_argument("--root", type=Path, default=root, help="project folder (default: this one)")
    options = arguments.parse_args()

    template = Template.read(options.root)
    breaches = list(lint.findings(template))
    for rule in RULES:
        breaches += rule(template)

    path = options.root / "infra" / "checks" / "snapshot.json"
    now = snapshot(template)
    if options.update_snapshot:
        path.write_text(written(now), encoding="utf-8")
    elif not path.exists():
        breaches.append("infra/checks/snapshot.json is missing: write it with `python -m infra.checks --update-snapshot`.")
    else:
        breaches += changes(json.loads(path.read_text(encoding="utf-8")), now)

    for breach in breaches:
        print(f"✗ {breach}")
    if breaches:
        print(f"{len(breaches)} to mend in infra/template.yaml.")
        return 1
    print(f"Template: lint clean, {len(RULES)} rules hold, {len(template.resources)} resources.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
