"""What went out since a second, by the ledger; and, after a restore to it, its skipping. The README says when.

    python3 infra/sent.py since STACK AT > sent.csv          before the old tables are replaced
    TOKEN=… python3 infra/sent.py skip sent.csv API [--dry-run]   afterwards, before sending is released

The list has ids and no patient. Both need the AWS command line, or nothing but Python.
"""

import csv
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

COLUMNS = ["enrolment", "cycle", "action", "attempt", "opened_at", "state"]
# What has gone, or may have. All else certainly has not.
GONE = {"reserved", "sent", "unclear"}


def moment(text):
    # Python before 3.11 reads neither a Z nor nanoseconds; what is after the second does not matter here.
    return datetime.fromisoformat(text.strip()[:19]).replace(tzinfo=timezone.utc)


def rows_since(scanned, at):
    """Of a scan's answer, the attempts opened since then that have gone, or may have."""
    rows = []
    for item in scanned.get("Items", []):
        data = item["data"]["M"]
        row = {name: next(iter(data[name].values())) for name in COLUMNS[:-1]}
        row["state"] = item["state"]["S"]
        if row["state"] in GONE and moment(row["opened_at"]) >= at:
            rows.append(row)
    return sorted(rows, key=lambda row: (row["opened_at"], row["enrolment"]))


def verdict(row, enrolment):
    """Whether a row's action is to be skipped: only if the enrolment waits for just that."""
    if enrolment is None:
        return "not enrolled now: its booking or referral, sent again, enrols anew. End that one"
    step = enrolment.get("next_action") or {}
    if (str(enrolment["cycle"]), step.get("action")) == (str(row["cycle"]), row["action"]):
        return None
    if enrolment["status"] in ("completed", "ended"):
        return "nothing to do: it is over"
    return "it waits for something else now; look at it by hand"


def since(stack, at):
    def aws(*ask):
        return json.loads(subprocess.run(["aws", *ask, "--output", "json"], check=True, stdout=subprocess.PIPE).stdout)

    table = aws("cloudformation", "describe-stack-resource", "--stack-name", stack, "--logical-resource-id", "EnrolmentsTable")
    values = {":ledger": {"S": "LEDGER#"}, ":at": {"S": (at - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S")}}
    scanned = aws(
        "dynamodb", "scan", "--table-name", table["StackResourceDetail"]["PhysicalResourceId"], "--consistent-read",
        "--filter-expression", "begins_with(sk, :ledger) AND #data.#opened_at >= :at",
        "--projection-expression", ", ".join(["#state", *(f"#data.#{name}" for name in COLUMNS[:-1])]),
        # Each by a placeholder: several are words of DynamoDB's own.
        "--expression-attribute-names", json.dumps({f"#{name}": name for name in ["data", *COLUMNS]}),
        "--expression-attribute-values", json.dumps(values),
    )
    found = rows_since(scanned, at)
    writer = csv.DictWriter(sys.stdout, COLUMNS)
    writer.writeheader()
    writer.writerows(found)
    print(f"{len(found)} messages went out since then, or may have", file=sys.stderr)


def call(api, token, method, path, version=None):
    headers = {"authorization": f"Bearer {token}"}
    if version is not None:
        headers["if-match"] = f'"{version}"'
    request = urllib.request.Request(api.rstrip("/") + path, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise SystemExit(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}") from error


def skip(rows, ask, dry_run, say=print):
    """Skips what would go again; answers how many rows a person must look at. To repeat it does nothing twice."""
    left = 0
    for row in rows:
        path = f"/v1/enrolments/{row['enrolment']}"
        enrolment = ask("GET", path)
        why = verdict(row, enrolment)
        if why is None and not dry_run:
            # By the version that was looked at: what has changed since is not skipped unseen.
            ask("POST", f"{path}/skip", enrolment["version"])
        left += why is not None and not why.startswith("nothing")
        said = why or ("would be skipped" if dry_run else "skipped")
        say(f"{row['enrolment']} cycle {row['cycle']} {row['action']} ({row['state']} {row['opened_at']}): {said}")
    return left


def main(arguments):
    match arguments:
        case ["since", stack, at]:
            since(stack, moment(at))
        case ["skip", file, api, *rest] if rest in ([], ["--dry-run"]):
            token = os.environ.get("TOKEN") or sys.exit("set TOKEN to an access token of a person of the front desk")
            with open(file, newline="", encoding="utf-8") as listed:
                left = skip(list(csv.DictReader(listed)), lambda *ask: call(api, token, *ask), bool(rest))
            if left:
                sys.exit(f"{left} are for a person to look at; see above")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
