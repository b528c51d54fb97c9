"""What template.yaml promises: each of these once was a failed deploy, a bill, or a lead lost somewhere."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from cli.commands.status import LATE_SECONDS
from cli.stack import ALIAS
from leadbell.capture.quarantine import KEPT_DAYS

Index = tuple[tuple[str, ...], str, tuple[str, ...]]
ROOT = Path(__file__).parents[2]
Resources = dict[str, dict[str, Any]]

VERBS = {"x-amazon-apigateway-any-method": "ANY"}
PUBLIC_ROUTES = {
    "ANY /forms/{form_id}": "FormsFunction",
    "ANY /f/{form_id}": "FormsFunction",
    "ANY /submit": "FormsFunction",
    "POST /": "FormsFunction",
    "ANY /submissions/v3/integration/submit/{portal_id}/{form_id}": "FormsFunction",
    "GET /thanks": "FormsFunction",
    "GET /stamp": "FormsFunction",
    "$default": "FormsFunction",
    "ANY /downloads/{asset_id}": "DownloadsFunction",
    "GET /d/{token}": "DownloadsFunction",
    "HEAD /d/{token}": "DownloadsFunction",
    "ANY /newsletter": "NewsletterFunction",
    "GET /confirm/{token}": "ConsentFunction",
    "POST /confirm/{token}": "ConsentFunction",
    "GET /unsubscribe/{token}": "ConsentFunction",
    "POST /unsubscribe/{token}": "ConsentFunction",
    "GET /preferences/{token}": "ConsentFunction",
    "POST /preferences/{token}": "ConsentFunction",
    "GET /alerts/{token}": "SalesFunction",
}


@cache
def template() -> dict[str, dict[str, Any]]:
    """The resources as written and as SAM expands them, with the parameters and outputs as written."""
    python = ROOT / ".tools/emulator/bin/python"
    if not python.exists():
        pytest.fail("SAM's translator is not installed: run `make test`, which installs it")
    command = [python, Path(__file__).with_name("transform_template.py"), ROOT / "template.yaml"]
    environment = {**os.environ, "AWS_DEFAULT_REGION": "eu-north-1"}
    printed = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    loaded: dict[str, dict[str, Any]] = json.loads(printed)
    return loaded


def written(kind: str) -> Resources:
    resources: Resources = template()["written"]["Resources"]
    return {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == kind}


def expanded(kind: str) -> Resources:
    resources: Resources = template()["expanded"]["Resources"]
    return {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == kind}


def folder(logical_id: str) -> str:
    return logical_id.removesuffix("Function").lower()


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """All that a function, the schedule or the stream mappings may do: a role's own, and what several roles share."""
    for name, role in expanded("AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement
    for name, policy in expanded("AWS::IAM::ManagedPolicy").items():
        for statement in policy["PolicyDocument"]["Statement"]:
            yield name, statement


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_the_public_routes_are_exactly_these() -> None:
    events = {
        (event["Type"], event["Properties"].get("Method"), event["Properties"].get("Path")): name
        for name, function in written("AWS::Serverless::Function").items()
        for event in function.get("Events", {}).values()
    }
    routes = {
        f"{method} {path}" if path else "$default": name
        for (kind, method, path), name in events.items()
        if kind == "HttpApi"
    }
    assert routes == PUBLIC_ROUTES
    (api,) = expanded("AWS::ApiGatewayV2::Api").values()
    paths = {
        f"{VERBS.get(method, method.upper())} {path}".replace("ANY $default", "$default")
        for path, methods in api["Body"]["paths"].items()
        for method in methods
    }
    assert paths == PUBLIC_ROUTES.keys()


def test_each_folder_is_a_function_of_its_name() -> None:
    functions = written("AWS::Serverless::Function")
    assert {folder(name) for name in functions} == {path.parent.name for path in ROOT.glob("functions/*/app.py")}
    for name, function in functions.items():
        assert name == f"{folder(name).capitalize()}Function"
        assert function["CodeUri"] == f"functions/{folder(name)}/"
        assert function["FunctionName"] == {"Fn::Sub": f"${{AWS::StackName}}-{folder(name)}"}
        assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == folder(name)


def test_each_function_writes_to_a_log_group_that_forgets() -> None:
    groups = written("AWS::Logs::LogGroup")
    for name, function in written("AWS::Serverless::Function").items():
        group = groups[function["LoggingConfig"]["LogGroup"]["Ref"]]
        assert group["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/${{AWS::StackName}}-{folder(name)}"}
    assert all("RetentionInDays" in group for group in groups.values())


def test_the_sites_whose_scripts_may_call_are_a_list() -> None:
    (api,) = expanded("AWS::ApiGatewayV2::Api").values()
    condition, cors, otherwise = api["Body"]["x-amazon-apigateway-cors"]["Fn::If"]
    assert (condition, otherwise) == ("HasCorsOrigins", {"Ref": "AWS::NoValue"})
    assert cors["allowOrigins"] == {"Fn::Split": [",", "*"]}
    assert cors["allowMethods"] == ["GET", "POST"]
    assert "allowCredentials" not in cors


def test_the_access_log_holds_no_path_and_no_address() -> None:
    (api,) = written("AWS::Serverless::HttpApi").values()
    logged = set(re.findall(r"\$context\.([\w.]+)", api["AccessLogSettings"]["Format"]))
    assert "routeKey" in logged
    assert not logged & {"path", "identity.sourceIp", "identity.userAgent", "authorizer.error"}


def test_every_function_runs_behind_an_alias_of_its_newest_version() -> None:
    versions = expanded("AWS::Lambda::Version")
    aliases = expanded("AWS::Lambda::Alias")
    assert aliases.keys() == {f"{name}Aliaslive" for name in written("AWS::Serverless::Function")}
    for name, alias in aliases.items():
        version, attribute = alias["FunctionVersion"]["Fn::GetAtt"]
        assert alias["Name"] == ALIAS
        assert (alias["FunctionName"], attribute) == (versions[version]["FunctionName"], "Version")
        assert name == f"{alias['FunctionName']['Ref']}Aliaslive"


def test_each_route_each_stream_mapping_and_the_schedule_call_an_alias() -> None:
    aliases = expanded("AWS::Lambda::Alias").keys()
    (api,) = expanded("AWS::ApiGatewayV2::Api").values()
    for path, methods in api["Body"]["paths"].items():
        for method, operation in methods.items():
            uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            route = f"{VERBS.get(method, method.upper())} {path}".replace("ANY $default", "$default")
            assert uri.endswith(f"/functions/${{{PUBLIC_ROUTES[route]}Aliaslive}}/invocations")
    assert {
        mapping["FunctionName"]["Ref"] for mapping in expanded("AWS::Lambda::EventSourceMapping").values()
    } <= aliases
    (schedule,) = expanded("AWS::Scheduler::Schedule").values()
    assert schedule["Target"]["Arn"] == {"Ref": "SweepFunctionAliaslive"}
    # Who may call is written at what is called: a permission on the function itself does not open its alias.
    permissions = [each["FunctionName"]["Ref"] for each in expanded("AWS::Lambda::Permission").values()]
    assert len(permissions) == len(PUBLIC_ROUTES)
    assert set(permissions) <= aliases
    may_invoke = [each["Resource"] for _, each in statements() if "lambda:InvokeFunction" in as_list(each["Action"])]
    assert may_invoke == [{"Ref": "SweepFunctionAliaslive"}]


def test_the_sweep_that_the_schedule_starts_is_the_one_that_is_never_tried_again() -> None:
    (config,) = expanded("AWS::Lambda::EventInvokeConfig").values()
    assert (config["Qualifier"], config["MaximumRetryAttempts"]) == (ALIAS, 0)


def test_a_change_of_code_layer_or_variables_publishes_a_version() -> None:
    functions = sorted(written("AWS::Serverless::Function"))
    assert template()["published"] == {"code": ["FormsFunction"], "layer": functions, "variable": ["FormsFunction"]}


def test_a_new_release_publishes_what_parameters_changed() -> None:
    # A version is replaced when its description changes, and refused when the function has not changed since the last.
    for version in expanded("AWS::Lambda::Version").values():
        assert version["Description"] == {"Ref": "Release"}
    for function in expanded("AWS::Lambda::Function").values():
        assert function["Description"] == {"Ref": "Release"}
    assert "Release=$$(date" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_old_versions_do_not_pile_up() -> None:
    resources: Resources = template()["expanded"]["Resources"]
    kept = [
        each for each in resources.values() if each["Type"] in ("AWS::Lambda::Version", "AWS::Lambda::LayerVersion")
    ]
    assert len(kept) == len(written("AWS::Serverless::Function")) + 1
    for each in kept:
        assert each["DeletionPolicy"] == "Delete"
        assert each.get("UpdateReplacePolicy", "Delete") == "Delete"


def test_no_function_reserves_concurrency() -> None:
    # It takes from the account's own limit, which is 10 in a new account: the deploy fails there.
    for function in written("AWS::Serverless::Function").values():
        assert not {"ReservedConcurrentExecutions", "ProvisionedConcurrencyConfig"} & function.keys()


def test_score_and_notify_alone_read_the_stream() -> None:
    # DynamoDB throttles a stream with more than two readers.
    readers = {mapping["FunctionName"]["Ref"] for mapping in expanded("AWS::Lambda::EventSourceMapping").values()}
    assert readers == {"ScoreFunctionAliaslive", "NotifyFunctionAliaslive"}
    assert len(expanded("AWS::Lambda::EventSourceMapping")) == 2


@pytest.mark.parametrize("name", ["ScoreStream", "NotifyStream"])
def test_a_record_that_fails_neither_blocks_the_stream_nor_vanishes(name: str) -> None:
    mapping = written("AWS::Lambda::EventSourceMapping")[name]
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert 0 < mapping["MaximumRetryAttempts"] <= 100
    assert 0 < mapping["MaximumRecordAgeInSeconds"] <= 86_400
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["FailureBucket", "Arn"]}


def test_no_reader_of_the_stream_is_woken_by_what_score_derives() -> None:
    prefixes = {}
    for name, mapping in written("AWS::Lambda::EventSourceMapping").items():
        (only,) = mapping["FilterCriteria"]["Filters"]
        pattern = json.loads(only["Pattern"])
        assert pattern["eventName"] == ["INSERT"]
        prefixes[name] = {each["prefix"] for each in pattern["dynamodb"]["Keys"]["sk"]["S"]}
    assert prefixes == {"ScoreStream": {"EVENT#"}, "NotifyStream": {"ALERT#", "COPY#", "MAIL#"}}


@pytest.mark.parametrize("name", ["Table", "AssetBucket", "AttachmentBucket", "FailureBucket"])
def test_an_uninstall_leaves_the_data(name: str) -> None:
    resource = template()["written"]["Resources"][name]
    # A first deployment that fails leaves nothing: what it made is empty.
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


def test_the_table_is_the_one_that_the_stored_data_needs() -> None:
    (table,) = written("AWS::DynamoDB::Table").values()
    assert "TableName" not in table
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
    keys = {name: index[0] for name, index in indexes().items()}
    own = {"by_stage": ("stage_pk", "since"), "due": ("due_pk", "due_at"), "lists": ("list_pk", "list_at")}
    assert keys == own


def indexes() -> dict[str, Index]:
    """The table's indexes: keys, projection, what is projected besides."""
    (table,) = written("AWS::DynamoDB::Table").values()
    return {
        each["IndexName"]: (
            tuple(key["AttributeName"] for key in each["KeySchema"]),
            each["Projection"]["ProjectionType"],
            tuple(each["Projection"].get("NonKeyAttributes", ())),
        )
        for each in table["GlobalSecondaryIndexes"]
    }


# Those of the last release; before the first one, those of the revision before. A release writes its own in here.
OF_THE_LAST_RELEASE: dict[str, Index] = {
    "by_stage": (
        ("stage_pk", "since"),
        "INCLUDE",
        ("stage", "owner", "name", "title", "company", "email", "grade", "fit", "interest"),
    ),
    "due": (("due_pk", "due_at"), "KEYS_ONLY", ()),
}


def test_an_update_from_the_last_release_changes_one_index_at_most() -> None:
    """AWS makes or deletes one index for each update of a stack, and refuses more; a changed one is both."""
    before, now = set(OF_THE_LAST_RELEASE.items()), set(indexes().items())
    assert len(before ^ now) <= 1, "make one index change a release, and write the indexes of each release down here"


def test_buckets_are_private_and_encrypted() -> None:
    for bucket in written("AWS::S3::Bucket").values():
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert bucket["BucketEncryption"]
    assert written("AWS::S3::Bucket")["FailureBucket"]["LifecycleConfiguration"]


def test_files_of_visitors_expire_and_leave_no_older_version() -> None:
    bucket = written("AWS::S3::Bucket")["AttachmentBucket"]
    assert "VersioningConfiguration" not in bucket
    rules = {
        rule["Prefix"]: rule["ExpirationInDays"]
        for rule in bucket["LifecycleConfiguration"]["Rules"]
        if "Prefix" in rule
    }
    assert rules == {"attachments/": {"Ref": "AttachmentDays"}, "held/": KEPT_DAYS}


def test_the_page_for_reps_lists_and_reads_attachments_alone() -> None:
    read = {
        json.dumps(statement["Resource"]): statement.get("Condition")
        for role, statement in statements()
        if role == "SalesFunctionRole" and str(statement["Action"]).startswith("s3:")
    }
    assert read == {
        '{"Fn::Sub": "${AttachmentBucket.Arn}/attachments/*"}': None,
        '{"Fn::GetAtt": ["AttachmentBucket", "Arn"]}': {"StringLike": {"s3:prefix": "attachments/*"}},
    }


def test_a_sweep_is_tried_once_and_never_overlaps_the_next() -> None:
    sweep = written("AWS::Serverless::Function")["SweepFunction"]
    (event,) = sweep["Events"].values()
    assert event["Type"] == "ScheduleV2"
    assert event["Properties"] == {
        "ScheduleExpression": "rate(1 minute)",
        "OmitName": True,
        "RetryPolicy": {"MaximumRetryAttempts": 0},
    }
    assert sweep["EventInvokeConfig"]["MaximumRetryAttempts"] == 0
    assert sweep["Timeout"] < 60


def test_alarms_are_few_and_never_reach_a_rep() -> None:
    alarms = written("AWS::CloudWatch::Alarm")
    assert len(alarms) <= 10
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    queued = {
        each["TopicArn"]["Ref"] for each in written("AWS::SNS::Subscription").values() if each["Protocol"] == "sqs"
    }
    assert queued == {"DefaultInboxTopic"}


def test_the_mail_of_an_alarm_says_of_which_stack_it_is_and_what_to_type() -> None:
    names = set()
    for alarm in written("AWS::CloudWatch::Alarm").values():
        name, description = alarm["AlarmName"]["Fn::Sub"], alarm["AlarmDescription"]["Fn::Sub"]
        assert re.fullmatch(r"\$\{AWS::StackName\}-[a-z-]+", name)
        names.add(name)
        typed = re.findall(
            r"^(?:aws logs tail|leadbell (?:status|redrive|doctor) --stack-name) .+$", description, re.MULTILINE
        )
        assert typed, name
        assert all("${AWS::StackName}" in command for command in typed), name
    assert len(names) == len(written("AWS::CloudWatch::Alarm"))


def test_late_is_as_late_for_the_alarm_as_for_the_command() -> None:
    alarm = written("AWS::CloudWatch::Alarm")["OldestDueAlarm"]
    assert alarm["Threshold"] == LATE_SECONDS


def test_the_cost_page_counts_the_alarms_and_metrics_there_are() -> None:
    alarms = written("AWS::CloudWatch::Alarm").values()
    ours = {alarm["MetricName"] for alarm in alarms if isinstance(alarm["Namespace"], dict)}
    (page,) = ROOT.glob("docs/**/cost.md")
    counted = re.findall(r"^\| (Alarms|Metrics), (\d+) \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(counted) == {"Alarms": f"{len(alarms)}", "Metrics": f"{len(ours)}"}


def test_a_sweep_that_stopped_is_an_alarm_too() -> None:
    assert written("AWS::CloudWatch::Alarm")["OldestDueAlarm"]["TreatMissingData"] == "breaching"


def test_every_function_has_a_role_of_its_own() -> None:
    roles = [function["Role"]["Fn::GetAtt"][0] for function in expanded("AWS::Lambda::Function").values()]
    assert len(set(roles)) == len(roles) == len(written("AWS::Serverless::Function"))


def test_no_role_may_do_all_or_touch_all() -> None:
    for role, statement in statements():
        for action in as_list(statement["Action"]):
            assert "*" not in action, f"{role}: {action}"
        assert "*" not in as_list(statement["Resource"]), role


def test_the_only_policy_of_aws_own_is_the_one_for_logs() -> None:
    # It reaches every log group of the account, to write only; SAM gives it to each function.
    ours = [{"Ref": name} for name in expanded("AWS::IAM::ManagedPolicy")]
    for name, role in expanded("AWS::IAM::Role").items():
        for policy in role.get("ManagedPolicyArns", []):
            logs = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
            assert policy == logs or policy in ours, name


def test_a_policy_is_there_for_several_roles_and_reaches_them_by_name_alone() -> None:
    # One that listed its roles itself would reach them later than the roles lose what it replaces.
    attached = [
        policy["Ref"]
        for role in expanded("AWS::IAM::Role").values()
        for policy in role.get("ManagedPolicyArns", [])
        if isinstance(policy, dict)
    ]
    for name, policy in expanded("AWS::IAM::ManagedPolicy").items():
        assert attached.count(name) > 1, name
        assert policy.keys() == {"PolicyDocument"}


def test_only_the_stacks_own_topics_reach_the_receipt_queue() -> None:
    (policy,) = written("AWS::SQS::QueuePolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    default, reps = statement["Condition"]["ArnLike"]["aws:SourceArn"]
    assert default == {"Ref": "DefaultInboxTopic"}
    assert reps["Fn::Sub"].endswith(":${AWS::AccountId}:${AWS::StackName}-rep-*")


def test_two_stacks_in_one_region_share_nothing_that_has_a_name() -> None:
    names = {
        "AlarmName": "AWS::CloudWatch::Alarm",
        "TopicName": "AWS::SNS::Topic",
        "FunctionName": "AWS::Serverless::Function",
        "LogGroupName": "AWS::Logs::LogGroup",
    }
    for key, kind in names.items():
        assert all("${AWS::StackName}-" in each[key]["Fn::Sub"] for each in written(kind).values()), kind
    own_name = {"TableName", "BucketName", "QueueName", "RoleName", "ManagedPolicyName", "LayerName", "Export"}
    for name, resource in template()["written"]["Resources"].items():
        assert not own_name & resource["Properties"].keys(), name
    assert not [name for name, output in template()["written"]["Outputs"].items() if "Export" in output]


def test_no_alarm_counts_what_another_stack_does() -> None:
    for name, alarm in written("AWS::CloudWatch::Alarm").items():
        if isinstance(alarm["Namespace"], dict):
            assert alarm["Namespace"]["Fn::Sub"].startswith("Leadbell/${AWS::StackName}")
            continue
        values = [dimension["Value"] for dimension in alarm["Dimensions"] if isinstance(dimension["Value"], dict)]
        assert values, name
        assert all(value["Ref"] in template()["written"]["Resources"] for value in values), name
    for filter_ in written("AWS::Logs::MetricFilter").values():
        (metric,) = filter_["MetricTransformations"]
        assert metric["MetricNamespace"] == {"Fn::Sub": "Leadbell/${AWS::StackName}/api"}
        assert filter_["LogGroupName"] == {"Ref": "ApiLogGroup"}


def test_no_function_makes_a_log_group_that_the_next_stack_of_that_name_trips_over() -> None:
    (statement,) = written("AWS::IAM::ManagedPolicy")["LogPolicy"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "logs:CreateLogGroup")
    roles = expanded("AWS::IAM::Role")
    for function in expanded("AWS::Lambda::Function").values():
        assert {"Ref": "LogPolicy"} in roles[function["Role"]["Fn::GetAtt"][0]]["ManagedPolicyArns"]


def test_mails_to_visitors_may_use_the_default_configuration_set() -> None:
    (sending,) = {
        json.dumps(statement["Resource"]) for _, statement in statements() if statement["Action"] == "ses:SendEmail"
    }
    assert ":identity/*" in sending
    assert ":configuration-set/*" in sending


def test_each_route_is_throttled_and_those_that_take_submissions_the_least() -> None:
    api = written("AWS::Serverless::HttpApi")["Api"]
    own = api["RouteSettings"]
    assert own.keys() <= PUBLIC_ROUTES.keys()
    for limit in (api["DefaultRouteSettings"], *own.values()):
        assert 0 < limit["ThrottlingRateLimit"] <= limit["ThrottlingBurstLimit"] <= 200
    assert all(
        each["ThrottlingRateLimit"] > api["DefaultRouteSettings"]["ThrottlingRateLimit"] for each in own.values()
    )


def test_what_the_gateway_itself_refuses_is_counted_and_what_a_door_refuses_is_not() -> None:
    (only,) = written("AWS::Logs::MetricFilter").values()
    line = json.loads(written("AWS::Serverless::HttpApi")["Api"]["AccessLogSettings"]["Format"])
    assert (line["status"], line["function"]) == ("$context.status", "$context.integrationStatus")
    assert only["FilterPattern"] == '{ $.status = "429" && $.function = "-" }'
    (metric,) = only["MetricTransformations"]
    alarm = written("AWS::CloudWatch::Alarm")["ThrottledAlarm"]
    assert (alarm["MetricName"], alarm["Statistic"]) == (metric["MetricName"], "Sum")


def test_the_table_writes_no_more_than_its_owner_allows() -> None:
    (table,) = written("AWS::DynamoDB::Table").values()
    assert table["OnDemandThroughput"] == {"MaxWriteRequestUnits": {"Ref": "MaxWritesPerSecond"}}


def references(value: Any) -> Iterator[str]:
    """Names of what a piece of CloudFormation refers to, parameters and pseudo parameters among them."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key == "Ref":
            yield inner
        elif key == "Fn::GetAtt":
            yield as_list(inner)[0].split(".")[0]
        elif key == "Fn::Sub":
            yield from re.findall(r"\$\{([^.}!]+)", as_list(inner)[0])
        elif key == "DependsOn":
            yield from as_list(inner)
        yield from references(inner)


def test_no_resource_waits_for_itself() -> None:
    resources: Resources = template()["expanded"]["Resources"]
    graph = {name: set(references(resource)) & resources.keys() for name, resource in resources.items()}
    assert len(tuple(TopologicalSorter(graph).static_order())) == len(resources)
