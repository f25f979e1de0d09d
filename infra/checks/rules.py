"""The rules. Each yields one sentence for each breach: what, where, what to do."""

from __future__ import annotations

import re
from typing import Any, Callable, Iterator

from .policies import grants, statements
from .template import Template, listed, target

Rule = Callable[[Template], Iterator[str]]

RULES: list[Rule] = []

FOURTEEN_DAYS = 14 * 24 * 60 * 60

# Routes that anybody may call, with the reason. No route of /v1 may be one.
OPEN_ROUTES = {
    "GET /": "leads to the console's first screen",
    "GET /app/{page+}": "a screen; the function looks up the session and asks the API with the token in it",
    "POST /app/{page+}": "a form of a screen; likewise, and the function checks that the form is its own",
    "GET /assets/{file}": "styles and pictures of the console, which hold nothing of the practice",
    "GET /sign-in": "leads to Cognito's page",
    "GET /signed-in": "Cognito leads back to it; the function exchanges the code and begins a session",
    "POST /sign-out": "ends the session that the cookie names",
    "GET /signed-out": "Cognito leads back to it, when nobody is signed in",
    "GET /docs": "the description of the API, which holds nothing of the practice",
    "GET /openapi.json": "the same for machines",
    "GET /unsubscribe/{token}": "a page for a patient who follows the link in a message, which we have sealed",
    "POST /unsubscribe/{token}": "a patient's mail program, which knows only the link (RFC 8058)",
    "POST /webhooks/bookings/{source}": "the sender is another system; the function verifies its signature or secret",
    "PUT /webhooks/bookings/{source}": "the sender is another system; the function verifies its signature or secret",
    "PUT /webhooks/bookings/{source}/{resource}/{id}": "the sender is another system; the function verifies its signature or secret",
    "POST /webhooks/referrals/{source}": "the sender is another system; the function verifies its signature or secret",
    "PUT /webhooks/referrals/{source}": "the sender is another system; the function verifies its signature or secret",
    "PUT /webhooks/referrals/{source}/{resource}/{id}": "the sender is another system; the function verifies its signature or secret",
    "POST /webhooks/epost": "the sender is the ePost provider; the function verifies its signature",
}

# Where an ARN has to hold a `*`: (role, action, resource), with the reason.
ALLOWED_STARS = {
    ("ProgramsRole", "ses:SendEmail", "*"): "bounded by the From address, which AWS always says; the local cloud names no resource",
    ("SendEmailRole", "ses:SendEmail", "*"): "bounded by the From address, which AWS always says; the local cloud names no resource",
    ("ProgramsRole", "sns:Publish", "*"): "a phone number has no ARN; a Deny takes topics back",
    ("SendSmsRole", "sns:Publish", "*"): "a phone number has no ARN; a Deny takes topics back",
    ("LettersRole", "s3:GetObject", "LettersBucket/letters/*"): "a letter's file is named after its attempt",
    ("LettersRole", "s3:GetObject", "LettersBucket/batches/*"): "a batch's file is named after the batch",
    ("LettersRole", "s3:PutObject", "LettersBucket/batches/*"): "a batch's file is named after the batch",
    ("LettersRole", "s3:PutObject", "LettersBucket/letters/*"): "a letter that is made anew is named after its paper",
    ("LettersRole", "s3:GetObject", "LettersBucket/logos/*"): "a logo is named after what is in it",
    ("LettersRole", "s3:PutObject", "LettersBucket/logos/*"): "a logo is named after what is in it",
    ("SendLetterRole", "s3:GetObject", "LettersBucket/logos/*"): "a logo is named after what is in it",
    ("SendLetterRole", "s3:GetObject", "LettersBucket/letters/*"): "a letter's file is named after its attempt",
    ("SendLetterRole", "s3:PutObject", "LettersBucket/letters/*"): "a letter's file is named after its attempt",
    ("SendLetterRole", "s3:GetObject", "LettersBucket/epost/*"): "a letter's folder is named after the letter",
    ("SendLetterRole", "s3:PutObject", "LettersBucket/epost/*"): "a letter's folder is named after the letter",
    ("SendLetterRole", "s3:GetObject", "LettersBucket/files/*"): "the practice's pattern names the files",
    ("SendLetterRole", "s3:PutObject", "LettersBucket/files/*"): "the practice's pattern names the files",
    (
        "BookingWebhookRole",
        "secretsmanager:GetSecretValue",
        "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${AWS::StackName}/webhooks/*",
    ): "operators add sending systems without a deployment",
    (
        "ReferralWebhookRole",
        "secretsmanager:GetSecretValue",
        "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${AWS::StackName}/webhooks/*",
    ): "operators add sending systems without a deployment",
}

# What an access log line may not hold: it would carry patients' identifiers or staff's addresses.
NOT_IN_ACCESS_LOG = ("$context.path", "$context.authorizer.claims.email", "$context.authorizer.claims.username")

# Set by Lambda itself.
PLATFORM_NAMES = re.compile(r"^(AWS_|LAMBDA_|_)")

ENV_CALL = re.compile(r'\benv\w*\(\s*"([A-Z][A-Z0-9_]*)"')


def rule(function: Rule) -> Rule:
    RULES.append(function)
    return function


# ---------------------------------------------------------------- queues


def visibility(queue: dict[str, Any], template: Template) -> int:
    return int(template.resolve(queue.get("VisibilityTimeout", 30)))


def dead_letter_queue(queue: dict[str, Any]) -> str | None:
    return target(queue.get("RedrivePolicy", {}).get("deadLetterTargetArn"))


def dead_letter_queues(template: Template) -> set[str]:
    return {name for _, queue in template.of_type("AWS::SQS::Queue") if (name := dead_letter_queue(queue))}


def alarms_on(template: Template, metric: str, dimension: str, resource: str) -> list[dict[str, Any]]:
    """The alarms on this metric of this resource that somebody hears of."""
    return [
        alarm
        for _, alarm in template.of_type("AWS::CloudWatch::Alarm")
        if alarm.get("MetricName") == metric
        and alarm.get("AlarmActions")
        and any(d["Name"] == dimension and target(d["Value"]) == resource for d in alarm.get("Dimensions", []))
    ]


@rule
def sqs_mappings_report_failed_items(template: Template) -> Iterator[str]:
    for name, mapping in template.of_type("AWS::Lambda::EventSourceMapping"):
        if target(mapping.get("EventSourceArn")) not in dict(template.of_type("AWS::SQS::Queue")):
            continue
        if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", []):
            yield (
                f"{name} hands over batches without ReportBatchItemFailures, so one bad message repeats its whole "
                f"batch: add `FunctionResponseTypes: [ReportBatchItemFailures]` to the SQS event."
            )
        if not mapping.get("ScalingConfig", {}).get("MaximumConcurrency"):
            yield (
                f"{name} has no limit on concurrent batches, so a backlog would overrun the provider: "
                f"add `ScalingConfig: {{MaximumConcurrency: …}}` to the SQS event."
            )


@rule
def senders_share_the_rate(template: Template) -> Iterator[str]:
    at_once: dict[str, int] = {}
    for _, mapping in template.of_type("AWS::Lambda::EventSourceMapping"):
        function = target(mapping.get("FunctionName"))
        concurrency = mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 0)
        at_once[function] = at_once.get(function, 0) + int(concurrency)
    for function, concurrency in at_once.items():
        variables = template.properties(function).get("Environment", {}).get("Variables", {})
        if "PER_SECOND" in variables and str(variables.get("AT_ONCE")) != str(concurrency):
            yield (
                f"{function} shares its rate among AT_ONCE = {variables.get('AT_ONCE')} instances, but its queues run "
                f"{concurrency} at once together: say the same in both places."
            )


@rule
def messages_stay_hidden_while_worked_on(template: Template) -> Iterator[str]:
    for _, mapping in template.of_type("AWS::Lambda::EventSourceMapping"):
        queue, function = target(mapping.get("EventSourceArn")), target(mapping.get("FunctionName"))
        if queue not in dict(template.of_type("AWS::SQS::Queue")):
            continue
        timeout = int(template.resolve(template.properties(function).get("Timeout", 3)))
        needed = 6 * timeout + int(mapping.get("MaximumBatchingWindowInSeconds", 0))
        actual = visibility(template.properties(queue), template)
        if actual < needed:
            yield (
                f"{queue} shows a message again after {actual} s, but {function} may run for {timeout} s: "
                f"set VisibilityTimeout to at least {needed} (6 x the time-out)."
            )


@rule
def queues_have_dead_letter_queues(template: Template) -> Iterator[str]:
    dead = dead_letter_queues(template)
    for name, queue in template.of_type("AWS::SQS::Queue"):
        if not (queue.get("SqsManagedSseEnabled") or queue.get("KmsMasterKeyId")):
            yield f"{name} is not encrypted: set `SqsManagedSseEnabled: true`."
        if name not in dead:
            if dead_letter_queue(queue) not in template.resources:
                yield f"{name} has no dead-letter queue, so a poison message is lost: give it a RedrivePolicy."
            continue
        if int(template.resolve(queue.get("MessageRetentionPeriod", 345600))) != FOURTEEN_DAYS:
            yield f"{name} keeps dead letters for less than 14 days: set `MessageRetentionPeriod: {FOURTEEN_DAYS}`."
        alarms = alarms_on(template, "ApproximateNumberOfMessagesVisible", "QueueName", name)
        if not any(a["Threshold"] == 0 and a["ComparisonOperator"] == "GreaterThanThreshold" for a in alarms):
            yield (
                f"{name} has no alarm for its first message: add an AWS::CloudWatch::Alarm on "
                f"ApproximateNumberOfMessagesVisible > 0 with an action."
            )


# ---------------------------------------------------------------- tables


@rule
def tables_are_safe(template: Template) -> Iterator[str]:
    for name, table in template.of_type("AWS::DynamoDB::Table"):
        table = template.resolve(table)
        if not table.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"):
            yield f"{name} can't be restored to a point in time: set `PointInTimeRecoveryEnabled: true`."
        if not table.get("SSESpecification", {}).get("SSEEnabled"):
            yield f"{name} is not encrypted with a key that is logged: set `SSESpecification: {{SSEEnabled: true}}`."
        if table.get("DeletionProtectionEnabled") is not True:
            yield (
                f"{name} can be deleted in production: set "
                f"`DeletionProtectionEnabled: !If [DataIsProtected, true, false]`."
            )
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if template.resources[name].get(policy) != "Retain":
                yield f"{name} would be deleted with its stack or by a replacement: set `{policy}: Retain`."


@rule
def due_index_is_lean(template: Template) -> Iterator[str]:
    missing = {"EnrolmentsTable", "IntakeTable"}
    for name, table in template.of_type("AWS::DynamoDB::Table"):
        for index in table.get("GlobalSecondaryIndexes", []):
            if index["IndexName"] != "due":
                continue
            missing.discard(name)
            if index["Projection"].get("ProjectionType") != "KEYS_ONLY":
                yield (
                    f"Index `due` of {name} projects more than keys, which doubles the price of every write: "
                    f"set `ProjectionType: KEYS_ONLY`."
                )
    for name in sorted(missing):
        yield f"{name} has no index `due`, so the sweeper finds nothing in it: add it."


# ---------------------------------------------------------------- permissions


@rule
def actions_are_named(template: Template) -> Iterator[str]:
    for role, statement in statements(template):
        where = f"{role}, statement {statement.get('Sid', 'without Sid')},"
        if statement["Effect"] == "Allow" and "NotAction" in statement:
            yield f"{where} allows all actions but some: list what is needed in Action."
        for action in listed(statement.get("Action")):
            if statement["Effect"] == "Allow" and "*" in action:
                yield f"{where} allows `{action}`: name each action the code calls."
    for role, properties in template.of_type("AWS::IAM::Role"):
        if properties.get("ManagedPolicyArns"):
            yield f"{role} uses managed policies, which allow more than is needed: write a statement in its Policies."


@rule
def resources_are_named(template: Template) -> Iterator[str]:
    used = set()
    for grant in grants(template):
        if grant.effect == "Deny" or "*" not in grant.resource:
            continue
        key = (grant.role, grant.action, grant.resource)
        used.add(key)
        if key not in ALLOWED_STARS:
            yield (
                f"{grant.role} allows {grant.action} on `{grant.resource}`: name the resource, or, where AWS gives "
                f"no name, add it with the reason to ALLOWED_STARS in infra/checks/rules.py."
            )
    for role, statement in statements(template):
        if statement["Effect"] == "Allow" and "NotResource" in statement:
            yield f"{role}, statement {statement.get('Sid', 'without Sid')}, uses NotResource: name the resources."
    for role, action, resource in ALLOWED_STARS.keys() - used:
        yield (
            f"ALLOWED_STARS in infra/checks/rules.py still lists {role}, {action}, `{resource}`, "
            f"which the template does not use: remove the entry."
        )
    publishes = {g.role for g in grants(template) if g.action == "sns:Publish" and g.resource == "*" and g.effect == "Allow"}
    takes_back = {g.role for g in grants(template) if g.action == "sns:Publish" and g.effect == "Deny" and ":sns:" in g.resource}
    for role in sorted(publishes - takes_back):
        yield f"{role} may publish to every topic: add a Deny of sns:Publish on `arn:…:sns:*:*:*` beside the Allow."


@rule
def email_is_sent_as_the_practice(template: Template) -> Iterator[str]:
    for grant in grants(template):
        if grant.action == "ses:SendEmail" and "StringEqualsIgnoreCaseIfExists ses:FromAddress" not in grant.condition:
            yield (
                f"{grant.role} may send email from any address, or from none when the case of EmailFrom differs: add the "
                f"condition `StringEqualsIgnoreCaseIfExists: {{'ses:FromAddress': !Ref EmailFrom}}`."
            )


@rule
def complaints_keep_nobody_from_care(template: Template) -> Iterator[str]:
    for name, properties in template.of_type("AWS::SES::ConfigurationSet"):
        if properties.get("SuppressionOptions", {}).get("SuppressedReasons") != ["BOUNCE"]:
            yield (
                f"{name} has SES keep other addresses from all email than those that failed, of care too: say "
                f"`SuppressionOptions: {{SuppressedReasons: [BOUNCE]}}`."
            )


@rule
def roles_trust_only_services(template: Template) -> Iterator[str]:
    for role, properties in template.of_type("AWS::IAM::Role"):
        for statement in listed(properties["AssumeRolePolicyDocument"]["Statement"]):
            principal = statement.get("Principal")
            if not (isinstance(principal, dict) and set(principal) == {"Service"} and "*" not in principal["Service"]):
                yield f"{role} may be assumed by more than an AWS service: name the service as its Principal."


# ---------------------------------------------------------------- functions


@rule
def functions_keep_to_themselves(template: Template) -> Iterator[str]:
    owner: dict[str, str] = {}
    for name, function in template.of_type("AWS::Lambda::Function"):
        role = target(function.get("Role")) or ""
        if role in owner:
            yield f"{name} shares {role} with {owner[role]}: give each function a role of its own."
        owner[role] = name


@rule
def logs_are_json_and_expire(template: Template) -> Iterator[str]:
    for name, function in template.of_type("AWS::Lambda::Function"):
        logging = function.get("LoggingConfig", {})
        group = target(logging.get("LogGroup"))
        if group not in dict(template.of_type("AWS::Logs::LogGroup")):
            yield f"{name} lets Lambda make its log group, which then never expires: declare one and set LoggingConfig."
        if logging.get("LogFormat") != "JSON":
            yield f"{name} does not log JSON: set `LogFormat: JSON` in its LoggingConfig."
    for name, group in template.of_type("AWS::Logs::LogGroup"):
        if not template.resolve(group.get("RetentionInDays")):
            yield f"{name} keeps logs for ever: set `RetentionInDays: !Ref RetentionDays`."


@rule
def failures_raise_alarms(template: Template) -> Iterator[str]:
    for name, _ in template.of_type("AWS::Lambda::Function"):
        if not alarms_on(template, "Errors", "FunctionName", name):
            yield f"{name} may fail unheard: add an AWS::CloudWatch::Alarm on its Errors with an action."
    for _, schedule in template.of_type("AWS::Scheduler::Schedule"):
        function = target(schedule.get("Target", {}).get("Arn")) or ""
        alarms = alarms_on(template, "Invocations", "FunctionName", function)
        if not any(alarm.get("TreatMissingData") == "breaching" for alarm in alarms):
            yield (
                f"{function} may stop running unheard: add an AWS::CloudWatch::Alarm on its Invocations < 1 "
                f"with `TreatMissingData: breaching`."
            )


@rule
def refusals_of_the_account_raise_alarms(template: Template) -> Iterator[str]:
    heard = {alarm.get("MetricName") for _, alarm in template.of_type("AWS::CloudWatch::Alarm") if alarm.get("AlarmActions")}
    counted = {
        target(properties.get("LogGroupName"))
        for _, properties in template.of_type("AWS::Logs::MetricFilter")
        if '$.refused = "account"' in properties.get("FilterPattern", "")
        and all(metric["MetricName"] in heard for metric in properties.get("MetricTransformations", []))
    }
    for name, function in template.of_type("AWS::Lambda::Function"):
        log = target(function.get("LoggingConfig", {}).get("LogGroup"))
        if "PER_SECOND" in function.get("Environment", {}).get("Variables", {}) and log not in counted:
            yield (
                f"Nobody hears when the provider takes nothing from the account of {name}: add a metric filter "
                f"`{{ $.refused = \"account\" }}` on {log}, and an alarm on its metric."
            )


def logical_id(crate: str) -> str:
    return "".join(part.capitalize() for part in crate.split("-")) + "Function"


def crates(template: Template) -> dict[str, str]:
    """The functions' crates, by the logical id their function must have."""
    folder = template.root / "functions"
    return {logical_id(path.parent.name): path.parent.name for path in sorted(folder.glob("*/Cargo.toml"))}


@rule
def functions_match_their_crates(template: Template) -> Iterator[str]:
    expected = crates(template)
    declared = {
        name: resource["Properties"]
        for name, resource in template.source["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    for name, crate in expected.items():
        if name not in declared:
            yield f"functions/{crate} has no resource: add {name} to the template, or remove the crate."
    for name, function in declared.items():
        if name not in expected:
            yield f"{name} has no crate: add its folder under functions/, or remove the resource."
            continue
        path = f"../target/lambda/{expected[name]}/bootstrap.zip"
        if function.get("CodeUri") != path:
            yield f"{name} does not run the crate of its name: set `CodeUri: {path}`."


def names_read(template: Template, crate: str) -> set[str]:
    """The environment names that stand in calls like `config::env("NAME")` in a crate's source."""
    return {
        name
        for path in (template.root / crate).glob("src/**/*.rs")
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.lstrip().startswith("//")
        for name in ENV_CALL.findall(line)
        if not PLATFORM_NAMES.match(name)
    }


@rule
def environment_is_what_the_code_reads(template: Template) -> Iterator[str]:
    # What the shared crate reads may be set for any function, and need not be for all.
    shared = names_read(template, "shared/aws")
    for name, crate in crates(template).items():
        if name not in template.resources:
            continue
        read = names_read(template, f"functions/{crate}")
        variables = set(template.properties(name).get("Environment", {}).get("Variables", {}))
        for missing in sorted(read - variables):
            yield f"functions/{crate} reads {missing}, which {name} does not set: add it to its Environment."
        for unused in sorted(variables - read - shared):
            yield f"{name} sets {unused}, which functions/{crate} does not read: remove it from its Environment."


# ---------------------------------------------------------------- HTTP API


@rule
def routes_ask_for_a_token(template: Template) -> Iterator[str]:
    authorizers = dict(template.of_type("AWS::ApiGatewayV2::Authorizer"))
    pools = dict(template.of_type("AWS::Cognito::UserPool"))
    keys = set()
    for name, route in template.of_type("AWS::ApiGatewayV2::Route"):
        key = route["RouteKey"]
        keys.add(key)
        if key in OPEN_ROUTES and not key.split(" ")[1].startswith("/v1"):
            continue
        if route.get("AuthorizationType") != "JWT" or target(route.get("AuthorizerId")) not in authorizers:
            yield (
                f"{name} ({key}) can be called without a token: set `AuthorizationType: JWT` and `AuthorizerId`, "
                f"or add the route with the reason to OPEN_ROUTES in infra/checks/rules.py."
            )
    for name, authorizer in authorizers.items():
        jwt = authorizer.get("JwtConfiguration", {})
        issuer = jwt.get("Issuer", {})
        issuer = issuer.get("Fn::Sub", "") if isinstance(issuer, dict) else issuer
        if authorizer.get("AuthorizerType") != "JWT" or not any("${" + pool + "}" in issuer for pool in pools):
            yield f"{name} does not check tokens of this stack's user pool: make it a JWT authorizer with its Issuer."
        if not jwt.get("Audience"):
            yield f"{name} accepts tokens of any client: set Audience to the user pool client."
    for key in sorted(OPEN_ROUTES.keys() - keys):
        yield f"OPEN_ROUTES in infra/checks/rules.py still lists `{key}`, which the template has not: remove the entry."


@rule
def routes_reach_their_function(template: Template) -> Iterator[str]:
    may_be_called = {
        target(permission.get("FunctionName"))
        for _, permission in template.of_type("AWS::Lambda::Permission")
        if permission.get("Principal") == "apigateway.amazonaws.com" and permission.get("SourceArn")
    }
    integrations = dict(template.of_type("AWS::ApiGatewayV2::Integration"))
    seen: dict[str, str] = {}
    for name, route in template.of_type("AWS::ApiGatewayV2::Route"):
        key = route["RouteKey"]
        if key in seen:
            yield f"{name} repeats the route of {seen[key]} ({key}): remove one."
        seen[key] = name
        function = route_function(template, route)
        if function is None:
            yield f"{name} ({key}) leads to no function: set `Target: !Sub integrations/${{…Integration}}`."
        elif function not in may_be_called:
            may_be_called.add(function)  # said once, however many routes lead to it
            yield f"{function} refuses calls of the API: add an AWS::Lambda::Permission for apigateway.amazonaws.com."
    for name, integration in integrations.items():
        if integration.get("PayloadFormatVersion") != "2.0":
            yield f"{name} sends an event the code does not read: set `PayloadFormatVersion: '2.0'`."


def route_function(template: Template, route: dict[str, Any]) -> str | None:
    match = re.fullmatch(r"integrations/\$\{(\w+)\}", str(route.get("Target", {}).get("Fn::Sub", "")))
    function = target(template.properties(match.group(1)).get("IntegrationUri")) if match else None
    return function if template.resources.get(function or "", {}).get("Type") == "AWS::Lambda::Function" else None


@rule
def stage_is_throttled_and_logged(template: Template) -> Iterator[str]:
    for name, stage in template.of_type("AWS::ApiGatewayV2::Stage"):
        settings = stage.get("DefaultRouteSettings", {})
        if not (settings.get("ThrottlingRateLimit") and settings.get("ThrottlingBurstLimit")):
            yield f"{name} lets one caller use the whole account's limit: set both throttling limits."
        format_ = stage.get("AccessLogSettings", {}).get("Format", "")
        if not format_:
            yield f"{name} keeps no access log: set AccessLogSettings."
        for variable in NOT_IN_ACCESS_LOG:
            if re.search(re.escape(variable) + r"\b", format_):
                yield f"{name} logs `{variable}`, which carries personal data: use `$context.routeKey` or an id."


# ---------------------------------------------------------------- the file itself


@rule
def parameters_are_described(template: Template) -> Iterator[str]:
    for name, parameter in template.source.get("Parameters", {}).items():
        if not parameter.get("Description"):
            yield f"Parameter {name} is not described: add a Description."
        if not parameter.keys() & {"AllowedValues", "AllowedPattern", "MinValue", "MaxValue"}:
            yield f"Parameter {name} accepts anything: add AllowedValues or AllowedPattern."


@rule
def what_is_made_can_be_found(template: Template) -> Iterator[str]:
    shown = {target(output["Value"]) for output in template.transformed.get("Outputs", {}).values()}
    for name, _ in template.of_type(
        "AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::Lambda::Function", "AWS::Cognito::UserPool"
    ):
        if name not in shown:
            yield f"{name} is in no output, so tools and operators can't find it: add an output with its Ref."
