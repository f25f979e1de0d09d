"""The checks themselves: break one thing in the real template, and the right rule must say so.

Run from the project root with `python -m unittest infra.checks.test_checks`.
"""

from __future__ import annotations

import copy
import tempfile
import unittest
import unittest.mock
from pathlib import Path
from typing import Any, Callable

from infra import sent

from . import lint, rules, snapshot
from .template import Template, target, yaml_parse

ROOT = Path(__file__).resolve().parents[2]
SOURCE = yaml_parse((ROOT / "infra" / "template.yaml").read_text(encoding="utf-8"))

CRATES = {name: properties["Environment"]["Variables"] for name, properties in (
    (resource["Properties"]["CodeUri"].split("/")[-2], resource["Properties"])
    for resource in SOURCE["Resources"].values()
    if resource["Type"] == "AWS::Serverless::Function"
)}


class Checks(unittest.TestCase):
    """Each test has a tree of crates that read exactly what the template gives them."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        shared = self.root / "shared" / "aws" / "src"
        shared.mkdir(parents=True)
        shared.joinpath("config.rs").write_text('let s = config::env("STACK")?; env("PRACTICE_NAME")?;')
        for crate, names in CRATES.items():
            self.write_crate(crate, "".join(f'    config::env("{name}")?;\n' for name in names))
        self.source = copy.deepcopy(SOURCE)

    def write_crate(self, crate: str, code: str) -> None:
        folder = self.root / "functions" / crate
        (folder / "src").mkdir(parents=True, exist_ok=True)
        (folder / "Cargo.toml").write_text(f'[package]\nname = "{crate}"\n')
        (folder / "src" / "main.rs").write_text(code)

    def properties(self, name: str) -> dict[str, Any]:
        return self.source["Resources"][name]["Properties"]

    def statement(self, role: str, sid: str) -> dict[str, Any]:
        statements = self.properties(role)["Policies"][0]["PolicyDocument"]["Statement"]
        return next(statement for statement in statements if statement["Sid"] == sid)

    def said(self, rule: rules.Rule) -> list[str]:
        return list(rule(Template(self.source, self.root)))

    def finds(self, rule: rules.Rule, *words: str) -> None:
        """The rule says exactly one thing, and it holds these words."""
        said = self.said(rule)
        self.assertEqual(len(said), 1, said)
        for word in words:
            self.assertIn(word, said[0])
        self.assertRegex(said[0], r"\.$|`\.$")

    def test_the_template_as_it_is_breaks_no_rule(self) -> None:
        for rule in rules.RULES:
            with self.subTest(rule.__name__):
                self.assertEqual(self.said(rule), [])

    # ------------------------------------------------------------ queues

    def test_batch_failures_not_reported(self) -> None:
        del self.properties("SendSmsFunction")["Events"]["Due"]["Properties"]["FunctionResponseTypes"]
        self.finds(rules.sqs_mappings_report_failed_items, "SendSmsFunctionDue", "ReportBatchItemFailures")

    def test_concurrency_not_limited(self) -> None:
        del self.properties("SendSmsFunction")["Events"]["Due"]["Properties"]["ScalingConfig"]
        self.finds(rules.sqs_mappings_report_failed_items, "SendSmsFunctionDue", "MaximumConcurrency")

    def test_rate_shared_among_fewer_than_run(self) -> None:
        self.properties("SendSmsFunction")["Environment"]["Variables"]["AT_ONCE"] = "4"
        self.finds(rules.senders_share_the_rate, "SendSmsFunction", "AT_ONCE = 4", "6 at once")

    def test_visibility_shorter_than_six_timeouts(self) -> None:
        self.properties("SendLetterFunction")["Timeout"] = 61
        self.finds(rules.messages_stay_hidden_while_worked_on, "LetterQueue", "360", "366")

    def test_visibility_left_to_its_default(self) -> None:
        del self.properties("SmsQueue")["VisibilityTimeout"]
        self.finds(rules.messages_stay_hidden_while_worked_on, "SmsQueue", "30 s")

    def test_queue_without_dead_letters(self) -> None:
        self.source["Resources"]["FaxQueue"] = {
            "Type": "AWS::SQS::Queue",
            "Properties": {"SqsManagedSseEnabled": True},
        }
        self.finds(rules.queues_have_dead_letter_queues, "FaxQueue", "RedrivePolicy")

    def test_dead_letters_expire_early(self) -> None:
        del self.properties("SmsDeadLetterQueue")["MessageRetentionPeriod"]
        self.finds(rules.queues_have_dead_letter_queues, "SmsDeadLetterQueue", "1209600")

    def test_dead_letters_without_alarm(self) -> None:
        del self.source["Resources"]["SmsDeadLetterAlarm"]
        self.finds(rules.queues_have_dead_letter_queues, "SmsDeadLetterQueue", "alarm")

    def test_alarm_that_nobody_hears(self) -> None:
        del self.properties("SmsDeadLetterAlarm")["AlarmActions"]
        self.finds(rules.queues_have_dead_letter_queues, "SmsDeadLetterQueue", "alarm")

    def test_alarm_on_the_wrong_queue(self) -> None:
        self.properties("SmsDeadLetterAlarm")["Dimensions"][0]["Value"] = {"Fn::GetAtt": ["SmsQueue", "QueueName"]}
        self.finds(rules.queues_have_dead_letter_queues, "SmsDeadLetterQueue", "alarm")

    def test_queue_not_encrypted(self) -> None:
        del self.properties("SmsQueue")["SqsManagedSseEnabled"]
        self.finds(rules.queues_have_dead_letter_queues, "SmsQueue", "encrypted")

    # ------------------------------------------------------------ tables

    def test_table_without_recovery(self) -> None:
        del self.properties("PeopleTable")["PointInTimeRecoverySpecification"]
        self.finds(rules.tables_are_safe, "PeopleTable", "point in time")

    def test_table_not_encrypted(self) -> None:
        self.properties("IntakeTable")["SSESpecification"]["SSEEnabled"] = False
        self.finds(rules.tables_are_safe, "IntakeTable", "encrypted")

    def test_table_not_protected_in_production(self) -> None:
        self.properties("WorkListTable")["DeletionProtectionEnabled"] = {"Fn::If": ["DataIsProtected", False, True]}
        self.finds(rules.tables_are_safe, "WorkListTable", "production")

    def test_protection_off_by_default(self) -> None:
        self.source["Parameters"]["ProtectData"]["Default"] = "false"
        self.assertEqual(len(self.said(rules.tables_are_safe)), 6)

    def test_table_deleted_with_the_stack(self) -> None:
        del self.source["Resources"]["CatalogueTable"]["DeletionPolicy"]
        self.finds(rules.tables_are_safe, "CatalogueTable", "DeletionPolicy")

    def test_due_index_projects_too_much(self) -> None:
        self.properties("EnrolmentsTable")["GlobalSecondaryIndexes"][0]["Projection"] = {"ProjectionType": "ALL"}
        self.finds(rules.due_index_is_lean, "EnrolmentsTable", "KEYS_ONLY")

    def test_due_index_missing(self) -> None:
        del self.properties("EnrolmentsTable")["GlobalSecondaryIndexes"][0]
        self.finds(rules.due_index_is_lean, "`due`")

    # ------------------------------------------------------------ permissions

    def test_star_in_an_action(self) -> None:
        self.statement("SweeperRole", "LeaseAndPlanAnew")["Action"] = "dynamodb:*"
        self.finds(rules.actions_are_named, "SweeperRole", "LeaseAndPlanAnew", "dynamodb:*")

    def test_all_actions_but_some(self) -> None:
        statement = self.statement("SweeperRole", "LeaseAndPlanAnew")
        statement["NotAction"] = statement.pop("Action")
        self.finds(rules.actions_are_named, "SweeperRole", "all actions but some")

    def test_managed_policy(self) -> None:
        self.properties("SweeperRole")["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"]
        self.finds(rules.actions_are_named, "SweeperRole", "managed policies")

    def test_star_for_a_resource_that_has_a_name(self) -> None:
        self.statement("SweeperScheduleRole", "StartSweep")["Resource"] = "*"
        self.finds(rules.resources_are_named, "SweeperScheduleRole", "lambda:InvokeFunction", "ALLOWED_STARS")

    def test_star_after_a_table(self) -> None:
        self.statement("EnrolmentsRole", "ListThoseOfAProgramAndWhatIsDue")["Resource"] = {
            "Fn::Sub": "${EnrolmentsTable.Arn}/index/*"
        }
        self.finds(rules.resources_are_named, "EnrolmentsRole", "EnrolmentsTable/index/*")

    def test_role_of_a_function_written_by_sam(self) -> None:
        function = self.properties("SweeperFunction")
        del function["Role"]
        function["Policies"] = [
            {"Statement": [{"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": "*"}]},
        ]
        self.finds(rules.resources_are_named, "SweeperFunctionRole", "sqs:SendMessage")

    def test_stale_entry_in_the_allow_list(self) -> None:
        self.statement("SendSmsRole", "TextPhoneNumbers")["Resource"] = {"Ref": "AlarmTopic"}
        self.finds(rules.resources_are_named, "ALLOWED_STARS", "SendSmsRole")

    def test_publishing_to_topics_not_taken_back(self) -> None:
        statements = self.properties("SendSmsRole")["Policies"][0]["PolicyDocument"]["Statement"]
        statements.remove(self.statement("SendSmsRole", "ButNoTopics"))
        self.finds(rules.resources_are_named, "SendSmsRole", "every topic")

    def test_email_from_any_address(self) -> None:
        del self.statement("SendEmailRole", "SendAsThePractice")["Condition"]
        self.finds(rules.email_is_sent_as_the_practice, "SendEmailRole", "StringEqualsIgnoreCaseIfExists")

    def test_sender_compared_by_case(self) -> None:
        condition = self.statement("ProgramsRole", "SendAsThePractice")["Condition"]
        condition["StringEqualsIfExists"] = condition.pop("StringEqualsIgnoreCaseIfExists")
        self.finds(rules.email_is_sent_as_the_practice, "ProgramsRole", "case")

    def test_complaint_that_ends_care(self) -> None:
        self.properties("EmailConfigurationSet")["SuppressionOptions"]["SuppressedReasons"].append("COMPLAINT")
        self.finds(rules.complaints_keep_nobody_from_care, "EmailConfigurationSet", "BOUNCE")

    def test_role_that_anybody_may_assume(self) -> None:
        self.properties("SweeperRole")["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] = "*"
        self.finds(rules.roles_trust_only_services, "SweeperRole")

    def test_shared_role(self) -> None:
        self.properties("PatientsFunction")["Role"] = {"Fn::GetAtt": ["ProgramsRole", "Arn"]}
        self.finds(rules.functions_keep_to_themselves, "ProgramsRole", "PatientsFunction")

    # ------------------------------------------------------------ functions

    def test_logs_that_never_expire(self) -> None:
        del self.properties("SweeperLogGroup")["RetentionInDays"]
        self.finds(rules.logs_are_json_and_expire, "SweeperLogGroup", "RetentionInDays")

    def test_log_group_left_to_lambda(self) -> None:
        del self.properties("SweeperFunction")["LoggingConfig"]["LogGroup"]
        self.finds(rules.logs_are_json_and_expire, "SweeperFunction", "log group")

    def test_function_errors_without_alarm(self) -> None:
        del self.source["Resources"]["PatientsErrorsAlarm"]
        self.finds(rules.failures_raise_alarms, "PatientsFunction", "Errors")

    def test_refusals_of_the_account_not_counted(self) -> None:
        self.properties("SmsBarredMetric")["FilterPattern"] = "{ $.level = \"ERROR\" }"
        self.finds(rules.refusals_of_the_account_raise_alarms, "SendSmsFunction", "SendSmsLogGroup")

    def test_refusals_of_the_account_counted_and_not_heard_of(self) -> None:
        del self.properties("EmailBarredAlarm")["AlarmActions"]
        self.finds(rules.refusals_of_the_account_raise_alarms, "SendEmailFunction", "alarm")

    def test_sweeper_that_stops_unheard(self) -> None:
        self.properties("NoSweepAlarm")["TreatMissingData"] = "missing"
        self.finds(rules.failures_raise_alarms, "SweeperFunction", "Invocations")

    def test_crate_without_resource(self) -> None:
        self.write_crate("send-fax", "")
        self.finds(rules.functions_match_their_crates, "functions/send-fax", "SendFaxFunction")

    def test_resource_without_crate(self) -> None:
        (self.root / "functions" / "sweeper" / "Cargo.toml").unlink()
        self.finds(rules.functions_match_their_crates, "SweeperFunction", "no crate")

    def test_function_runs_another_crate(self) -> None:
        self.properties("SweeperFunction")["CodeUri"] = "../target/lambda/programs/bootstrap.zip"
        self.finds(rules.functions_match_their_crates, "SweeperFunction", "sweeper/bootstrap.zip")

    def test_environment_name_missing(self) -> None:
        self.write_crate("sweeper", 'env("CATALOGUE_TABLE"); env("PEOPLE_TABLE"); env("ENROLMENTS_TABLE"); env("INTAKE_TABLE"); env("WORK_LIST_TABLE"); env("LETTERS_TABLE");\nenv("SMS_QUEUE_URL"); env("SMS_VISITS_QUEUE_URL"); env("SMS_PER_SECOND"); env("EMAIL_QUEUE_URL"); env("EMAIL_VISITS_QUEUE_URL"); env("EMAIL_PER_SECOND"); env("LETTER_QUEUE_URL"); env("INTAKE_QUEUE_URL"); env("HOLD");')
        self.finds(rules.environment_is_what_the_code_reads, "functions/sweeper reads HOLD", "SweeperFunction")

    def test_environment_name_unused(self) -> None:
        self.write_crate("sweeper", 'env("CATALOGUE_TABLE"); env("PEOPLE_TABLE"); env("ENROLMENTS_TABLE"); env("INTAKE_TABLE"); env("WORK_LIST_TABLE"); env("LETTERS_TABLE");\nenv("SMS_VISITS_QUEUE_URL"); env("SMS_PER_SECOND"); env("EMAIL_QUEUE_URL"); env("EMAIL_VISITS_QUEUE_URL"); env("EMAIL_PER_SECOND"); env("LETTER_QUEUE_URL"); env("INTAKE_QUEUE_URL"); // env("AWS_REGION")')
        self.finds(rules.environment_is_what_the_code_reads, "SweeperFunction sets SMS_QUEUE_URL")

    def test_environment_names_in_comments_and_of_the_platform_do_not_count(self) -> None:
        self.properties("SweeperFunction")["Environment"]["Variables"].pop("SMS_QUEUE_URL")
        self.write_crate("sweeper", 'env("CATALOGUE_TABLE"); env("PEOPLE_TABLE"); env("ENROLMENTS_TABLE"); env("INTAKE_TABLE"); env("WORK_LIST_TABLE"); env("LETTERS_TABLE"); env("AWS_REGION");\nenv("SMS_VISITS_QUEUE_URL"); env("SMS_PER_SECOND"); env("EMAIL_QUEUE_URL"); env("EMAIL_VISITS_QUEUE_URL"); env("EMAIL_PER_SECOND"); env("LETTER_QUEUE_URL"); env("INTAKE_QUEUE_URL");\n// env("OTHER")')
        self.assertEqual(self.said(rules.environment_is_what_the_code_reads), [])

    # ------------------------------------------------------------ HTTP API

    def test_route_without_authorizer(self) -> None:
        route = self.properties("CreatePatientRoute")
        route["AuthorizationType"] = "NONE"
        self.finds(rules.routes_ask_for_a_token, "CreatePatientRoute", "POST /v1/patients", "without a token")

    def test_new_route_without_authorizer(self) -> None:
        self.source["Resources"]["ExportRoute"] = {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {"ApiId": {"Ref": "HttpApi"}, "RouteKey": "$default"},
        }
        self.finds(rules.routes_ask_for_a_token, "ExportRoute", "$default")

    def test_route_of_staff_listed_as_open(self) -> None:
        listed = {**rules.OPEN_ROUTES, "POST /v1/patients": "it must not be"}
        self.properties("CreatePatientRoute")["AuthorizationType"] = "NONE"
        with unittest.mock.patch.object(rules, "OPEN_ROUTES", listed):
            self.finds(rules.routes_ask_for_a_token, "CreatePatientRoute", "POST /v1/patients", "without a token")

    def test_open_route_renamed(self) -> None:
        self.properties("ReceiveBookingRoute")["RouteKey"] = "POST /hooks"
        self.assertEqual(len(self.said(rules.routes_ask_for_a_token)), 2)

    def test_authorizer_of_another_pool(self) -> None:
        self.properties("StaffAuthorizer")["JwtConfiguration"]["Issuer"] = "https://issuer.example"
        self.finds(rules.routes_ask_for_a_token, "StaffAuthorizer", "user pool")

    def test_authorizer_for_any_client(self) -> None:
        self.properties("StaffAuthorizer")["JwtConfiguration"]["Audience"] = []
        self.finds(rules.routes_ask_for_a_token, "StaffAuthorizer", "Audience")

    def test_api_may_not_call_the_function(self) -> None:
        del self.source["Resources"]["BookingWebhookApiPermission"]
        self.finds(rules.routes_reach_their_function, "BookingWebhookFunction", "AWS::Lambda::Permission")

    def test_route_to_nowhere(self) -> None:
        self.properties("ReadSiteRoute")["Target"] = {"Fn::Sub": "integrations/${GoneIntegration}"}
        self.finds(rules.routes_reach_their_function, "ReadSiteRoute", "no function")

    def test_route_twice(self) -> None:
        self.properties("ReadSiteRoute")["RouteKey"] = "GET /v1/sites"
        self.finds(rules.routes_reach_their_function, "GET /v1/sites", "remove one")

    def test_old_payload_format(self) -> None:
        self.properties("ProgramsIntegration")["PayloadFormatVersion"] = "1.0"
        self.finds(rules.routes_reach_their_function, "ProgramsIntegration", "2.0")

    def test_no_throttling(self) -> None:
        del self.properties("ApiStage")["DefaultRouteSettings"]["ThrottlingBurstLimit"]
        self.finds(rules.stage_is_throttled_and_logged, "ApiStage", "throttling")

    def test_path_in_the_access_log(self) -> None:
        self.properties("ApiStage")["AccessLogSettings"]["Format"] = '{"path":"$context.path"}'
        self.finds(rules.stage_is_throttled_and_logged, "$context.path")

    # ------------------------------------------------------------ the file itself

    def test_parameter_not_described(self) -> None:
        del self.source["Parameters"]["Stage"]["Description"]
        self.finds(rules.parameters_are_described, "Stage", "Description")

    def test_parameter_without_limits(self) -> None:
        self.source["Parameters"]["Anything"] = {"Type": "String", "Description": "Anything."}
        self.finds(rules.parameters_are_described, "Anything", "AllowedPattern")

    def test_table_in_no_output(self) -> None:
        del self.source["Outputs"]["PeopleTableName"]
        self.finds(rules.what_is_made_can_be_found, "PeopleTable")


class Lint(unittest.TestCase):
    def test_lint_reads_what_the_transform_makes(self) -> None:
        template = Template(copy.deepcopy(SOURCE), ROOT)
        self.assertEqual(list(lint.findings(template)), [])
        template.resources["SendSmsFunctionDue"]["Properties"]["BatchSise"] = 10
        said = list(lint.findings(template))
        self.assertEqual(len(said), 1, said)
        self.assertIn("BatchSise", said[0])


class Snapshots(unittest.TestCase):
    def changed(self, change: Callable[[dict[str, Any]], None]) -> list[str]:
        before = snapshot.snapshot(Template(SOURCE, ROOT))
        source = copy.deepcopy(SOURCE)
        change(source)
        return list(snapshot.changes(before, snapshot.snapshot(Template(source, ROOT))))

    def test_nothing_changed(self) -> None:
        self.assertEqual(self.changed(lambda source: None), [])

    def test_wider_role(self) -> None:
        def widen(source: dict[str, Any]) -> None:
            role = source["Resources"]["SweeperRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
            lease = next(statement for statement in role if statement["Sid"] == "LeaseAndPlanAnew")
            lease["Action"].append("dynamodb:DeleteItem")

        said = self.changed(widen)
        self.assertEqual(len(said), 1, said)
        self.assertIn("New in the template: SweeperRole may dynamodb:DeleteItem on EnrolmentsTable", said[0])

    def test_condition_taken_off(self) -> None:
        def loosen(source: dict[str, Any]) -> None:
            role = source["Resources"]["ProgramsRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
            del next(statement for statement in role if statement["Sid"] == "KeepAnswers")["Condition"]

        said = self.changed(loosen)
        self.assertEqual(len(said), 4, said)
        self.assertIn("New in the template: ProgramsRole may dynamodb:DeleteItem on IntakeTable. If", said[0])

    def test_route_opened(self) -> None:
        def open_route(source: dict[str, Any]) -> None:
            source["Resources"]["ReadPatientRoute"]["Properties"]["AuthorizationType"] = "NONE"

        said = self.changed(open_route)
        self.assertEqual(len(said), 2, said)
        self.assertIn("route GET /v1/patients/{id} → PatientsFunction, anybody", said[0])

    def test_slower_schedule(self) -> None:
        def slow_down(source: dict[str, Any]) -> None:
            events = source["Resources"]["SweeperFunction"]["Properties"]["Events"]
            events["EveryMinute"]["Properties"]["ScheduleExpression"] = "rate(5 minutes)"

        said = self.changed(slow_down)
        self.assertEqual(len(said), 2, said)
        self.assertIn("rate(5 minutes) starts SweeperFunction", said[0])

    def test_targets_are_read_in_both_spellings(self) -> None:
        self.assertEqual(target({"Fn::GetAtt": "Table.Arn"}), "Table")
        self.assertEqual(target({"Fn::GetAtt": ["Table", "Arn"]}), "Table")
        self.assertIsNone(target("Table"))


class Sent(unittest.TestCase):
    """What went out since a second, and what is skipped of it."""

    def row(self, action: str, state: str = "sent", at: str = "2026-11-27T02:10:00.123456789Z") -> Any:
        data = {"enrolment": {"S": "enr_1"}, "cycle": {"N": "1"}, "action": {"S": action}, "attempt": {"N": "1"}, "opened_at": {"S": at}}
        return {"state": {"S": state}, "data": {"M": data}}

    def test_what_has_gone_since_or_may_have_is_listed_the_oldest_first(self) -> None:
        states = ["reserved", "sent", "unclear", "not_sent", "barred", "skipped", "failed"]
        items = [self.row(state, state) for state in states]
        items += [self.row("before", at="2026-11-27T02:09:59Z"), self.row("later", at="2026-11-27T03:00:00Z")]
        found = sent.rows_since({"Items": items[::-1]}, sent.moment("2026-11-27T02:10:00Z"))
        self.assertEqual({row["action"] for row in found}, {"reserved", "sent", "unclear", "later"})
        self.assertEqual(found[-1]["action"], "later")

    def test_only_who_waits_for_just_that_is_skipped_and_the_others_are_told(self) -> None:
        rows = sent.rows_since({"Items": [self.row("a", at=f"2026-11-27T02:1{n}:00Z") for n in range(3)]}, sent.moment("2026-11-27T02:10:00Z"))
        waits = {"version": 4, "cycle": 1, "status": "active", "next_action": {"action": "a"}}
        for enrolment, left, posts in [
            (waits, 0, 1),
            ({**waits, "cycle": 2}, 1, 0),
            ({**waits, "next_action": {"action": "b"}}, 1, 0),
            ({**waits, "status": "ended", "next_action": None}, 0, 0),
            (None, 1, 0),
        ]:
            for dry_run in (True, False):
                asked: list[Any] = []

                def ask(*what: Any) -> Any:
                    asked.append(what)
                    return enrolment

                self.assertEqual(sent.skip(rows[:1], ask, dry_run, say=lambda _: None), left)
                expected = [("POST", "/v1/enrolments/enr_1/skip", 4)] * (0 if dry_run else posts)
                self.assertEqual([what for what in asked if what[0] == "POST"], expected)


if __name__ == "__main__":
    unittest.main()
