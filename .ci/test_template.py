"""Checks template.yaml as CloudFormation gets it, after the SAM transform: what cfn-lint does not see."""

import copy
import functools
import itertools
import json
import logging
import os
import re
import unittest
import xml.etree.ElementTree
from pathlib import Path

# The transform asks for a partition, and so for a Region
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

# It warns of metrics that are not collected
logging.getLogger("samtranslator").setLevel(logging.ERROR)

ROOT = Path(__file__).resolve().parent.parent
NO_VALUE = {"Ref": "AWS::NoValue"}

# What has no resource of its own to name
UNSCOPED_ACTIONS = {"cloudwatch:DescribeAlarms", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}

# The labels of the table's streams, the keys that Lambda gives to the records it puts aside, and leading keys
WILDCARDS = [r"\$\{Table\.Arn\}/stream/\*", r"\$\{FailureBucket\.Arn\}/aws/lambda/\*", r"[A-Z]#\*"]

# All functions, of which a condition leaves those that are tagged
FUNCTIONS = {"Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:*"}
IS_TAGGED = {"Null": {"aws:ResourceTag/service-rollouts": "false"}}


class NoManagedPolicies:
    def load(self):
        return {}


@functools.cache
def source():
    return yaml_parse((ROOT / "template.yaml").read_text())


def transformed(template, values):
    """The template as CloudFormation transforms it for a stack with these parameters."""
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # As packaging leaves it
            resource["Properties"]["CodeUri"] = "s3://bucket/" + resource["Properties"]["CodeUri"]
    return transform(template, values, NoManagedPolicies())


def parameters(**given):
    return {name: p.get("Default") for name, p in source()["Parameters"].items()} | given


TEMPLATE = transformed(source(), parameters())


def value(node, values):
    """A parameter's value, one put together of its elements, or the text itself."""
    if not isinstance(node, dict):
        return node
    if "Fn::Join" in node:
        separator, elements = node["Fn::Join"]
        return separator.join(value(elements, values).split(","))
    return values[node["Ref"]]


def holds(condition, values):
    ((name, argument),) = condition.items()
    if name == "Condition":
        return holds(TEMPLATE["Conditions"][argument], values)
    if name == "Fn::Equals":
        left, right = (value(a, values) for a in argument)
        return left == right
    if name == "Fn::Not":
        return not holds(argument[0], values)
    return {"Fn::And": all, "Fn::Or": any}[name](holds(c, values) for c in argument)


def resolve(node, values):
    """What is left of node once its Fn::If are decided."""
    if isinstance(node, dict) and node.keys() == {"Fn::If"}:
        condition, then, otherwise = node["Fn::If"]
        return resolve(then if holds({"Condition": condition}, values) else otherwise, values)
    if isinstance(node, dict):
        resolved = {key: resolve(value, values) for key, value in node.items()}
        return {key: value for key, value in resolved.items() if value != NO_VALUE}
    if isinstance(node, list):
        return [value for value in (resolve(v, values) for v in node) if value != NO_VALUE]
    return node


def settled(node, values):
    """The same once its parameters have their values too; what only AWS knows stays."""
    if isinstance(node, list):
        return [settled(value, values) for value in node]
    if not isinstance(node, dict):
        return node
    if node.keys() == {"Ref"} and node["Ref"] in values:
        return str(values[node["Ref"]])
    if node.keys() == {"Fn::Sub"} and isinstance(node["Fn::Sub"], str):
        text = re.sub(r"\$\{(\w+)}", lambda m: str(values.get(m[1], m[0])), node["Fn::Sub"])
        return {"Fn::Sub": text}
    return {key: settled(value, values) for key, value in node.items()}


def resources_of(template, values):
    return {
        name: resolve(resource, values)
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or holds({"Condition": resource["Condition"]}, values)
    }


def deployed(**given):
    """The resources of a stack with these parameters."""
    return resources_of(TEMPLATE, parameters(**given))


def broken_rules(**given):
    values = parameters(**given)
    return {
        name
        for name, rule in TEMPLATE["Rules"].items()
        if holds(rule["RuleCondition"], values) and not all(holds(a["Assert"], values) for a in rule["Assertions"])
    }


def of_type(kind, resources=None):
    resources = TEMPLATE["Resources"] if resources is None else resources
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] == kind}


def each(value):
    return value if isinstance(value, list) else [value]


def strings(node):
    if isinstance(node, dict):
        for key, value in node.items():
            yield from strings(key)
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)
    elif isinstance(node, str):
        yield node


def statements(node):
    """Every statement of every policy document below node."""
    if isinstance(node, dict):
        yield from each(node.get("Statement", []))
        for value in node.values():
            yield from statements(value)
    elif isinstance(node, list):
        for value in node:
            yield from statements(value)


def allows(role, action, resource):
    return any(
        action in each(s["Action"]) and resource in each(s["Resource"])
        for s in statements(TEMPLATE["Resources"][role]["Properties"]["Policies"])
    )


def arn(name):
    return {"Fn::GetAtt": [name, "Arn"]}


def role_of(function):
    return of_type("AWS::Lambda::Function")[function]["Role"]["Fn::GetAtt"][0]


def aliases():
    """The name of each function's alias resource, and the function."""
    return {name: alias["FunctionName"]["Ref"] for name, alias in of_type("AWS::Lambda::Alias").items()}


def http_functions():
    return {aliases()[i["IntegrationUri"]["Ref"]] for i in of_type("AWS::ApiGatewayV2::Integration").values()}


def code_uris():
    return [f["CodeUri"] for f in of_type("AWS::Serverless::Function", source()["Resources"]).values()]


class Rights(unittest.TestCase):
    def test_no_action_has_a_wildcard(self):
        for statement in statements(TEMPLATE["Resources"]):
            self.assertFalse({"NotAction", "NotResource", "NotPrincipal"} & statement.keys(), statement)
            for action in each(statement["Action"]):
                self.assertNotIn("*", action)

    def test_only_what_has_no_resource_is_allowed_on_all(self):
        for statement in statements(TEMPLATE["Resources"]):
            if "*" in each(statement.get("Resource", [])):
                self.assertLessEqual(set(each(statement["Action"])), UNSCOPED_ACTIONS)

    def test_wildcards_stand_only_for_what_cannot_be_named(self):
        for text in strings(TEMPLATE["Resources"]):
            if "*" in text and text not in ["*", FUNCTIONS["Fn::Sub"]]:
                self.assertTrue(any(re.fullmatch(w, text) for w in WILDCARDS), text)

    def test_of_all_functions_only_those_that_are_tagged_are_reached_and_by_default_none(self):
        tagged = [s for s in statements(TEMPLATE["Resources"]) if FUNCTIONS in each(s.get("Resource", []))]
        self.assertEqual([IS_TAGGED] * 2, [s["Condition"] for s in tagged])
        self.assertEqual([], [s for s in statements(deployed()) if FUNCTIONS in each(s.get("Resource", []))])
        self.assertEqual(2, sum(FUNCTIONS in each(s.get("Resource", [])) for s in statements(deployed(TargetsByTag="true"))))

    def test_nobody_in_particular_is_allowed_nothing(self):
        for statement in statements(TEMPLATE["Resources"]):
            if statement["Effect"] == "Deny":
                continue
            self.assertNotIn("*", each(statement.get("Principal", [])))
            for principal in statement.get("Principal", {}).values():
                self.assertNotIn("*", principal)

    def test_each_function_has_a_role_of_its_own(self):
        roles = [role_of(function) for function in of_type("AWS::Lambda::Function")]
        self.assertEqual(len(roles), len(set(roles)))
        for role in roles:
            trusted = [s["Principal"] for s in statements(of_type("AWS::IAM::Role")[role]["AssumeRolePolicyDocument"])]
            self.assertEqual([{"Service": "lambda.amazonaws.com"}], trusted)

    def test_no_role_takes_a_policy_that_is_not_written_here(self):
        for role in of_type("AWS::IAM::Role").values():
            self.assertNotIn("ManagedPolicyArns", role)
        self.assertEqual({}, of_type("AWS::IAM::ManagedPolicy"))

    def test_each_function_may_write_only_its_own_log_group(self):
        groups = of_type("AWS::Logs::LogGroup")
        for name, function in of_type("AWS::Lambda::Function").items():
            group = function["LoggingConfig"]["LogGroup"]["Ref"]
            self.assertIn("RetentionInDays", groups[group])
            logs = [
                s["Resource"]
                for s in statements(of_type("AWS::IAM::Role")[role_of(name)]["Policies"])
                if any(action.startswith("logs:") for action in each(s["Action"]))
            ]
            self.assertEqual([arn(group)], logs)

    def test_every_right_on_the_table_is_bound_to_its_leading_keys(self):
        table = [arn("Table"), {"Fn::Sub": "${Table.Arn}/index/newest"}]
        for statement in statements(TEMPLATE["Resources"]):
            if any(resource in table for resource in each(statement.get("Resource", []))):
                self.assertIn("dynamodb:LeadingKeys", statement["Condition"]["ForAllValues:StringLike"])

    def test_a_request_without_leading_keys_is_allowed_nothing(self):
        """ForAllValues is true where the key is absent."""
        for statement in statements(TEMPLATE["Resources"]):
            if any("ForAllValues" in operator for operator in statement.get("Condition", {})):
                self.assertEqual({"dynamodb:LeadingKeys": "false"}, statement["Condition"]["Null"])

    def test_all_that_a_role_writes_in_transactions_one_statement_allows(self):
        """IAM may test the keys of a transaction together, and then all of its actions on all of them."""
        alone = {"N#*", "L"}
        for name, role in of_type("AWS::IAM::Role").items():
            writes = [
                s
                for s in statements(role)
                if set(each(s["Action"]))
                & {f"dynamodb:{a}Item" for a in ["Put", "Update", "Delete", "ConditionCheck"]}
                and not set(s["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]) <= alone
            ]
            self.assertLessEqual(len(writes), 1, name)

    def test_what_writes_nothing_but_deletions_may_only_delete(self):
        actions = [a for s in statements(of_type("AWS::IAM::Role")["PublishEventsRole"]) for a in each(s["Action"])]
        self.assertFalse({"dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"} & set(actions))

    def test_only_publish_events_may_put_events_on_the_bus(self):
        (policy,) = of_type("AWS::Events::EventBusPolicy").values()
        self.assertEqual({"Ref": "EventBus"}, policy["EventBusName"])
        self.assertEqual(
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "events:PutEvents",
                "Resource": arn("EventBus"),
                "Condition": {"ArnNotEquals": {"aws:PrincipalArn": arn("PublishEventsRole")}},
            },
            policy["Statement"],
        )
        self.assertTrue(allows("PublishEventsRole", "events:PutEvents", arn("EventBus")))


class Aliases(unittest.TestCase):
    ARN = "arn:aws:lambda:eu-west-1:123456789012:function:checkout"

    def policies(self, **given):
        return of_type("AWS::IAM::Policy", deployed(**given))

    def test_nobodys_alias_may_be_shifted_by_default(self):
        self.assertEqual({}, self.policies())
        for role in of_type("AWS::IAM::Role").values():
            for statement in statements(role):
                for action in each(statement["Action"]):
                    self.assertNotIn("Alias", action)

    def test_only_those_that_are_named(self):
        rights = {
            (role["Ref"], action): s["Resource"]
            for policy in self.policies(TargetFunctionArns=self.ARN).values()
            for s in statements(policy)
            for action in each(s["Action"])
            for role in policy["Roles"]
        }
        named = {"Ref": "TargetFunctionArns"}
        self.assertEqual(
            {
                ("AdvanceBatchesRole", "lambda:GetAlias"): named,
                ("AdvanceBatchesRole", "lambda:UpdateAlias"): named,
                ("ManageServicesRole", "lambda:GetAlias"): named,
            },
            rights,
        )

    def test_tags_are_read_only_where_they_count(self):
        for given, actions in [
            ({}, ["lambda:GetAlias"]),
            ({"TargetsByTag": "true"}, ["lambda:GetAlias", "lambda:ListTags"]),
        ]:
            policies = of_type("AWS::IAM::Policy", deployed(TargetFunctionArns=self.ARN, **given))
            (statement,) = statements(policies["ReadTargetPolicy"])
            self.assertEqual(actions, statement["Action"])

    def test_the_services_of_targets_are_read_where_they_are_named(self):
        resources = deployed(TargetServices="shop=checkout,cart=basket")
        (policy,) = of_type("AWS::IAM::Policy", resources).values()
        (statement,) = statements(policy)
        self.assertEqual(([{"Ref": "ManageServicesRole"}], "ssm:GetParameter"), (policy["Roles"], statement["Action"]))
        self.assertIn("parameter/${TargetServicesList}", statement["Resource"]["Fn::Sub"])
        (listed,) = of_type("AWS::SSM::Parameter", resources).values()
        self.assertEqual({"Fn::Join": [",", {"Ref": "TargetServices"}]}, listed["Value"])
        self.assertEqual({}, of_type("AWS::SSM::Parameter", deployed()))

    def test_only_functions_can_be_named(self):
        pattern = TEMPLATE["Parameters"]["TargetFunctionArns"]["AllowedPattern"]
        for arn in ["", self.ARN, self.ARN.replace("aws", "aws-cn")]:
            self.assertTrue(re.fullmatch(pattern, arn), arn)
        for arn in ["*", self.ARN + "*", self.ARN + ":live", self.ARN + ":1", "checkout", "arn:aws:lambda:*:*:function:*"]:
            self.assertFalse(re.fullmatch(pattern, arn), arn)


class Targets(unittest.TestCase):
    def test_the_alias_is_live(self):
        self.assertEqual(of_type("AWS::Lambda::Function").keys(), set(aliases().values()))
        for alias in of_type("AWS::Lambda::Alias").values():
            self.assertEqual("live", alias["Name"])

    def test_everything_that_calls_a_function_calls_its_alias(self):
        called = (
            [t["Arn"] for rule in of_type("AWS::Events::Rule").values() for t in rule["Targets"]]
            + [p["FunctionName"] for p in of_type("AWS::Lambda::Permission").values()]
            + [m["FunctionName"] for m in of_type("AWS::Lambda::EventSourceMapping").values()]
            + [i["IntegrationUri"] for i in of_type("AWS::ApiGatewayV2::Integration").values()]
        )
        for target in called:
            self.assertIn(target.get("Ref"), aliases())
        for config in of_type("AWS::Lambda::EventInvokeConfig").values():
            self.assertEqual("live", config["Qualifier"])

    def test_every_rule_may_call_its_targets(self):
        permissions = [
            (p["FunctionName"], p["SourceArn"])
            for p in of_type("AWS::Lambda::Permission").values()
            if p["Principal"] == "events.amazonaws.com" and p["Action"] == "lambda:InvokeFunction"
        ]
        for name, rule in of_type("AWS::Events::Rule").items():
            for target in rule["Targets"]:
                self.assertIn((target["Arn"], arn(name)), permissions)

    def test_the_api_may_call_its_integrations(self):
        for integration in of_type("AWS::ApiGatewayV2::Integration").values():
            role = integration["CredentialsArn"]["Fn::GetAtt"][0]
            self.assertTrue(allows(role, "lambda:InvokeFunction", integration["IntegrationUri"]))

    def test_the_stream_may_be_read(self):
        for mapping in of_type("AWS::Lambda::EventSourceMapping").values():
            role = role_of(aliases()[mapping["FunctionName"]["Ref"]])
            for action in ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"]:
                self.assertTrue(allows(role, "dynamodb:" + action, {"Fn::Sub": "${Table.Arn}/stream/*"}))


class Failures(unittest.TestCase):
    def test_rules_may_write_to_their_dead_letter_queue(self):
        for name, rule in of_type("AWS::Events::Rule").items():
            for target in rule["Targets"]:
                if "DeadLetterConfig" in target:
                    self.assertTrue(self.queue_takes(target["DeadLetterConfig"]["Arn"], arn(name)), name)

    def queue_takes(self, queue, rule):
        return any(
            s["Principal"] == {"Service": "events.amazonaws.com"}
            and s["Action"] == "sqs:SendMessage"
            and s["Resource"] == queue
            and rule in each(s["Condition"]["ArnEquals"]["aws:SourceArn"])
            for policy in of_type("AWS::SQS::QueuePolicy").values()
            if {"Ref": queue["Fn::GetAtt"][0]} in policy["Queues"]
            for s in statements(policy)
        )

    def test_functions_may_write_to_their_failure_destinations(self):
        for config in of_type("AWS::Lambda::EventInvokeConfig").values():
            destination = config["DestinationConfig"]["OnFailure"]["Destination"]
            self.assertTrue(allows(role_of(config["FunctionName"]["Ref"]), "sqs:SendMessage", destination))
        for mapping in of_type("AWS::Lambda::EventSourceMapping").values():
            role = role_of(aliases()[mapping["FunctionName"]["Ref"]])
            destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]
            self.assertTrue(allows(role, "s3:ListBucket", destination))
            bucket = destination["Fn::GetAtt"][0]
            self.assertTrue(allows(role, "s3:PutObject", {"Fn::Sub": "${%s.Arn}/aws/lambda/*" % bucket}))

    def test_the_next_tick_is_the_retry(self):
        (config,) = of_type("AWS::Lambda::EventInvokeConfig").values()
        self.assertEqual(
            ("AdvanceBatchesFunction", 0, 60),
            (config["FunctionName"]["Ref"], config["MaximumRetryAttempts"], config["MaximumEventAgeInSeconds"]),
        )

    def test_what_is_kept_outlives_the_stack(self):
        for name in ["Table", "FailureBucket"]:
            self.assertEqual("RetainExceptOnCreate", TEMPLATE["Resources"][name]["DeletionPolicy"])
            self.assertEqual("Retain", TEMPLATE["Resources"][name]["UpdateReplacePolicy"])


class Api(unittest.TestCase):
    def routes(self, **given):
        return of_type("AWS::ApiGatewayV2::Route", deployed(**given)).values()

    def google(self, **given):
        """The routes that the gateway guards; PAI-EAS's calls carry signatures that only the handlers can check."""
        return [route for route in self.routes(**given) if " /api/" not in route["RouteKey"]]

    def test_pai_eas_calls_pass_the_gateway_unasked_only_where_there_are_keys_or_all_is_public(self):
        jwt = {"AuthMode": "JWT", "JwtIssuer": "https://issuer", "JwtAudience": "one,two"}
        public = {"AuthMode": "NONE", "AllowPublic": "true"}
        for open_, given in [
            (False, {}),
            (False, jwt),
            (False, {"AuthMode": "NONE"}),
            (False, {"AuthMode": "KEYS"}),
            (True, public),
            (True, public | {"KeysParameter": "/k"}),
            (True, {"KeysParameter": "/k"}),
            (True, jwt | {"KeysParameter": "/k"}),
            (True, {"AuthMode": "KEYS", "KeysParameter": "/k"}),
        ]:
            routes = [route for route in self.routes(**given) if " /api/" in route["RouteKey"]]
            self.assertEqual(3 if open_ else 0, len(routes), given)
            for route in routes:
                self.assertEqual("NONE", route["AuthorizationType"])
                self.assertNotIn("AuthorizerId", route)

    def test_no_route_is_open_that_no_key_and_no_mode_needs(self):
        for given in [{}, {"AuthMode": "NONE"}, {"AuthMode": "KEYS"}]:
            for route in self.routes(**given):
                self.assertEqual("AWS_IAM", route["AuthorizationType"], route["RouteKey"])

    def test_no_route_key_holds_a_colon(self):
        for route in self.routes():
            self.assertNotIn(":", route["RouteKey"])

    def test_what_no_other_route_takes_has_a_route(self):
        self.assertIn("$default", [route["RouteKey"] for route in self.routes()])

    def test_iam_by_default_on_every_route(self):
        for route in self.google():
            self.assertEqual("AWS_IAM", route["AuthorizationType"])
            self.assertNotIn("AuthorizerId", route)
        self.assertEqual({}, of_type("AWS::ApiGatewayV2::Authorizer", deployed()))

    def test_jwt_on_every_route(self):
        jwt = {"AuthMode": "JWT", "JwtIssuer": "https://issuer", "JwtAudience": "one,two"}
        authorizers = of_type("AWS::ApiGatewayV2::Authorizer", deployed(**jwt))
        for route in self.google(**jwt):
            self.assertEqual("JWT", route["AuthorizationType"])
            configuration = authorizers[route["AuthorizerId"]["Ref"]]["JwtConfiguration"]
            self.assertEqual({"Ref": "JwtIssuer"}, configuration["Issuer"])
            self.assertEqual({"Fn::Split": [",", {"Ref": "JwtAudience"}]}, configuration["Audience"])
        self.assertEqual(set(), broken_rules(**jwt))

    def test_jwt_wants_issuer_and_audience(self):
        self.assertEqual({"JwtIsComplete"}, broken_rules(AuthMode="JWT", JwtIssuer="https://issuer"))
        self.assertEqual({"JwtIsComplete"}, broken_rules(AuthMode="JWT", JwtAudience="one"))

    def test_public_only_on_purpose(self):
        self.assertEqual({"PublicOnPurpose"}, broken_rules(AuthMode="NONE"))
        self.assertEqual(set(), broken_rules(AuthMode="NONE", AllowPublic="true"))
        for route in self.google(AuthMode="NONE"):
            self.assertEqual("AWS_IAM", route["AuthorizationType"])
        for route in self.google(AuthMode="NONE", AllowPublic="true"):
            self.assertEqual("NONE", route["AuthorizationType"])

    def test_with_keys_the_handlers_ask(self):
        keys = {"AuthMode": "KEYS", "KeysParameter": "/rollouts/keys"}
        self.assertEqual(set(), broken_rules(**keys))
        self.assertEqual({"KeysAreNamed"}, broken_rules(AuthMode="KEYS"))
        for route in self.google(**keys):
            self.assertEqual("NONE", route["AuthorizationType"])
        for route in self.google(AuthMode="KEYS"):
            self.assertEqual("AWS_IAM", route["AuthorizationType"])
        resources = deployed(**keys)
        (policy,) = of_type("AWS::IAM::Policy", resources).values()
        self.assertEqual({role_of(f) for f in http_functions()}, {r["Ref"] for r in policy["Roles"]})
        self.assertEqual({}, of_type("AWS::IAM::Policy", deployed()))

    def stage(self, **given):
        (stage,) = of_type("AWS::ApiGatewayV2::Stage", deployed(**given)).values()
        return settled(stage, parameters(**given))

    # API Gateway keeps a variable that an update leaves out
    NONE = dict.fromkeys(["KEYS_PARAMETER", "JWT_ISSUER", "JWT_AUDIENCE", "JWT_READ_SCOPE", "JWT_WRITE_SCOPE"], ",")

    def test_no_parameter_can_have_the_value_that_stands_for_none(self):
        for name in ["KeysParameter", "DefaultCluster", "JwtIssuer", "JwtAudience", "JwtReadScope", "JwtWriteScope"]:
            self.assertNotRegex(",", TEMPLATE["Parameters"][name]["AllowedPattern"])

    def test_the_stage_says_who_may_call(self):
        keys = {"KEYS_PARAMETER": "/k"}
        jwt = {"AuthMode": "JWT", "JwtIssuer": "https://issuer/a_b", "JwtAudience": "one,two"}
        said = {"JWT_ISSUER": "https://issuer/a_b", "JWT_AUDIENCE": "one,two"}
        for expected, given in [
            ({"AUTH_MODE": "IAM"}, {}),
            ({"AUTH_MODE": "IAM"} | keys, {"KeysParameter": "/k"}),
            ({"AUTH_MODE": "IAM"}, {"AuthMode": "NONE"}),
            ({"AUTH_MODE": "IAM"}, {"AuthMode": "KEYS"}),
            ({"AUTH_MODE": "NONE"}, {"AuthMode": "NONE", "AllowPublic": "true"}),
            ({"AUTH_MODE": "KEYS"} | keys, {"AuthMode": "KEYS", "KeysParameter": "/k"}),
            ({"AUTH_MODE": "JWT"} | said, jwt),
            ({"AUTH_MODE": "JWT"} | said | keys, jwt | {"KeysParameter": "/k"}),
            ({"AUTH_MODE": "JWT", "JWT_READ_SCOPE": "r"} | said, jwt | {"JwtReadScope": "r"}),
            ({"AUTH_MODE": "JWT", "JWT_WRITE_SCOPE": "w"} | said, jwt | {"JwtWriteScope": "w"}),
            ({"AUTH_MODE": "IAM"}, {"JwtReadScope": "r", "JwtIssuer": "https://issuer"}),
        ]:
            variables = self.stage(**given)["StageVariables"]
            self.assertEqual(self.NONE | expected | {"DEFAULT_CLUSTER": "cn-shanghai"}, variables, given)

    def test_a_stage_variable_can_hold_what_its_parameter_can(self):
        """API Gateway, UpdateStage: values match [A-Za-z0-9-._~:/?#&=,]+, and have 512 characters at most."""
        for name in ["KeysParameter", "DefaultCluster", "JwtIssuer", "JwtAudience", "JwtReadScope", "JwtWriteScope"]:
            parameter = TEMPLATE["Parameters"][name]
            self.assertLessEqual(parameter["MaxLength"], 512)
            for character in map(chr, range(32, 127)):
                for text in [character, "/" + character, "https://" + character, f"a{character}b"]:
                    if re.fullmatch(parameter["AllowedPattern"], text):
                        self.assertRegex(text, r"^[A-Za-z0-9-._~:/?#&=,]+$", name)

    def test_no_function_learns_by_its_environment_who_may_call(self):
        for function in of_type("AWS::Lambda::Function").values():
            names = function["Environment"]["Variables"].keys()
            self.assertFalse({"AUTH_MODE", "KEYS_PARAMETER", "DEFAULT_CLUSTER"} & names)

    def test_a_flood_is_throttled(self):
        settings = {"ThrottlingRateLimit": "50", "ThrottlingBurstLimit": "100"}
        self.assertEqual(settings, self.stage()["DefaultRouteSettings"])
        given = {"ThrottlingRate": 7, "ThrottlingBurst": 9}
        settings = {"ThrottlingRateLimit": "7", "ThrottlingBurstLimit": "9"}
        self.assertEqual(settings, self.stage(**given)["DefaultRouteSettings"])

    def test_drivers_are_reserved_only_on_purpose(self):
        driver = "AdvanceBatchesFunction"
        self.assertNotIn("ReservedConcurrentExecutions", deployed()[driver]["Properties"])
        given = {"AdvanceBatchesConcurrency": "20"}
        reserved = settled(deployed(**given)[driver], parameters(**given))["Properties"]
        self.assertEqual("20", reserved["ReservedConcurrentExecutions"])
        pattern = TEMPLATE["Parameters"]["AdvanceBatchesConcurrency"]["AllowedPattern"]
        for fits, text in [(True, ""), (True, "10"), (True, "100"), (False, "0"), (False, "9"), (False, "-10")]:
            self.assertEqual(fits, bool(re.fullmatch(pattern, text)), text)

    def test_the_access_log_says_who_called(self):
        log = json.loads(self.stage()["AccessLogSettings"]["Format"])
        self.assertEqual("$context.identity.userArn", log["userArn"])
        self.assertEqual("$context.authorizer.claims.sub", log["subject"])
        self.assertEqual("$context.identity.userAgent", log["userAgent"])
        self.assertFalse([v for v in log.values() if "query" in v.lower()], "keys may stand in a query")
        # Should the quotes in it not be escaped, what follows overwrites what a client puts there
        self.assertEqual("userAgent", list(log)[0])

    def test_keys_are_read_wherever_they_are_named(self):
        self.assertEqual(1, len(of_type("AWS::IAM::Policy", deployed(KeysParameter="/k"))))

    def test_every_route_has_an_integration_that_sends_payload_version_2(self):
        integrations = of_type("AWS::ApiGatewayV2::Integration")
        for route in self.routes():
            name = re.fullmatch(r"integrations/\$\{(\w+)\}", route["Target"]["Fn::Sub"])[1]
            self.assertEqual("2.0", integrations[name]["PayloadFormatVersion"])

    def test_functions_answer_before_the_gateway_gives_up(self):
        for name in http_functions():
            self.assertLess(of_type("AWS::Lambda::Function")[name]["Timeout"], 30)


class Functions(unittest.TestCase):
    def test_code_is_the_zip_of_a_module(self):
        pom = xml.etree.ElementTree.parse(ROOT / "functions" / "pom.xml")
        modules = {m.text for m in pom.iterfind("{*}modules/{*}module")}
        self.assertCountEqual([f"functions/{m}/target/{m}.zip" for m in modules], code_uris())

    def test_each_has_a_sample_event(self):
        events = {path.stem: json.loads(path.read_text()) for path in (ROOT / "events").glob("*.json")}
        self.assertEqual({Path(uri).stem for uri in code_uris()}, events.keys())

    def test_each_is_restored_from_a_snapshot(self):
        for function in of_type("AWS::Lambda::Function").values():
            self.assertEqual(
                ("java25", ["arm64"], {"ApplyOn": "PublishedVersions"}),
                (function["Runtime"], function["Architectures"], function["SnapStart"]),
            )

    def test_no_snapshot_is_lost_for_want_of_calls(self):
        called = {
            aliases()[target["Arn"]["Ref"]]
            for rule in of_type("AWS::Events::Rule").values()
            if "ScheduleExpression" in rule
            for target in rule["Targets"]
        }
        self.assertEqual(of_type("AWS::Lambda::Function").keys(), called)

    def test_the_daily_call_asks_for_health(self):
        event = json.loads(TEMPLATE["Mappings"]["Requests"]["HealthCheck"]["Event"])
        self.assertEqual(("2.0", "/healthz"), (event["version"], event["rawPath"]))
        self.assertEqual({"method": "GET", "path": "/healthz"}, event["requestContext"]["http"])
        daily = [
            target
            for rule in of_type("AWS::Events::Rule").values()
            if rule.get("ScheduleExpression") == "rate(1 day)"
            for target in rule["Targets"]
        ]
        self.assertEqual(http_functions(), {aliases()[t["Arn"]["Ref"]] for t in daily})
        for target in daily:
            self.assertEqual({"Fn::FindInMap": ["Requests", "HealthCheck", "Event"]}, target["Input"])


JWT = {"AuthMode": "JWT", "JwtIssuer": "https://issuer", "JwtAudience": "one"}

# What each parameter may be changed from and to, in a stack where it counts
MODES = JWT | {"AllowPublic": "true", "KeysParameter": "/k"}
CHANGES = {
    "AuthMode": [(MODES, one, other) for one, other in itertools.combinations(["IAM", "JWT", "KEYS", "NONE"], 2)],
    "AllowPublic": [({"AuthMode": "NONE"}, "true", "false")],
    "JwtIssuer": [(JWT, "https://issuer", "https://other")],
    "JwtAudience": [(JWT, "one", "one,two")],
    "JwtReadScope": [(JWT, "", "r"), (JWT, "r", "s")],
    "JwtWriteScope": [(JWT, "", "w"), (JWT, "w", "x")],
    "KeysParameter": [({}, "", "/k"), ({"AuthMode": "KEYS"}, "/k", "/l")],
    "DefaultCluster": [({}, "cn-shanghai", "cn-beijing")],
    "TargetFunctionArns": [({}, "", Aliases.ARN), ({}, Aliases.ARN, Aliases.ARN + "2")],
    "TargetServices": [({}, "", "shop=checkout"), ({}, "shop=checkout", "cart=checkout")],
    "TargetsByTag": [({}, "false", "true"), ({"TargetServices": "shop=checkout"}, "false", "true")],
    "ThrottlingRate": [({}, 50, 60)],
    "ThrottlingBurst": [({}, 100, 200)],
    "AdvanceBatchesConcurrency": [({}, "", "20"), ({}, "20", "30")],
    "LogRetentionDays": [({}, 30, 90)],
}

# What a stage variable tells, beside the routes; whatever else reaches a function is in its version
BY_STAGE = {
    "AuthMode",
    "AllowPublic",
    "JwtIssuer",
    "JwtAudience",
    "JwtReadScope",
    "JwtWriteScope",
    "KeysParameter",
    "DefaultCluster",
}

# Properties of a function that Lambda keeps for all of its versions
OF_NO_VERSION = {"ReservedConcurrentExecutions", "Tags"}


class Change:
    """A stack before and after one of its parameters is changed."""

    def __init__(self, template, base, name, one, other):
        self.text = f"{name} from {one} to {other} with {base}"
        self.stacks = []
        for value_ in [one, other]:
            values = parameters(**(base | {name: value_}))
            self.stacks.append(settled(resources_of(transformed(template, values), values), values))

    def differs(self, part):
        one, other = map(part, self.stacks)
        return one != other

    def faults(self):
        """Functions whose alias would stay with what they were, or whose version could not be made."""
        return {
            function
            for function in of_type("AWS::Lambda::Function", self.stacks[0])
            if self.differs(lambda stack: published(stack, function)) != self.differs(lambda stack: version(stack, function))
        }


def published(stack, function):
    """All of a function that is in its version."""
    return {k: v for k, v in stack[function]["Properties"].items() if k not in OF_NO_VERSION}


def version(stack, function):
    """By which CloudFormation knows a function's version: with another it makes another."""
    ((name, properties),) = (
        (name, properties)
        for name, properties in of_type("AWS::Lambda::Version", stack).items()
        if properties["FunctionName"] == {"Ref": function}
    )
    (alias,) = (
        alias
        for alias in of_type("AWS::Lambda::Alias", stack).values()
        if alias["FunctionName"] == {"Ref": function}
    )
    return name, properties.get("Description"), alias["FunctionVersion"]


def variables(stack):
    (stage,) = of_type("AWS::ApiGatewayV2::Stage", stack).values()
    return stage["StageVariables"]


class Versions(unittest.TestCase):
    def changes(self):
        for name, changes in CHANGES.items():
            for base, one, other in changes:
                yield name, Change(source(), base, name, one, other)

    def test_every_parameter_is_tried(self):
        self.assertEqual(TEMPLATE["Parameters"].keys(), CHANGES.keys())

    def test_a_changed_parameter_changes_something(self):
        for _, change in self.changes():
            self.assertTrue(change.differs(lambda stack: stack), change.text)

    def test_a_changed_parameter_reaches_what_runs(self):
        """Lambda refuses to make a second version of a function that has not changed, so neither may change alone."""
        for _, change in self.changes():
            self.assertEqual(set(), change.faults(), change.text)

    def test_who_may_call_changes_with_the_stage_and_makes_no_version(self):
        for name, change in self.changes():
            if name in BY_STAGE:
                self.assertTrue(change.differs(variables), change.text)
                self.assertFalse(change.differs(lambda stack: variables(stack).keys()), change.text)
                for function in of_type("AWS::Lambda::Function"):
                    self.assertFalse(change.differs(lambda stack: published(stack, function)), change.text)

    def test_what_services_may_have_as_targets_makes_a_version(self):
        for name in ["TargetServices", "TargetsByTag"]:
            base, one, other = CHANGES[name][0]
            change = Change(source(), base, name, one, other)
            made = {f for f in of_type("AWS::Lambda::Function") if change.differs(lambda stack: version(stack, f))}
            self.assertEqual({"ManageServicesFunction"}, made)

    def test_a_parameter_that_would_not_reach_what_runs_is_found(self):
        template = copy.deepcopy(source())
        function = template["Resources"]["GetRolloutFunction"]["Properties"]
        function["Environment"] = {"Variables": {"CLUSTER": {"Ref": "DefaultCluster"}}}
        faults = Change(template, {}, "DefaultCluster", "cn-shanghai", "cn-beijing").faults()
        self.assertEqual({"GetRolloutFunction"}, faults)

    def test_a_version_that_could_not_be_made_is_found(self):
        template = copy.deepcopy(source())
        function = template["Resources"]["GetRolloutFunction"]["Properties"]
        function["VersionDescription"] = {"Fn::Sub": "cluster ${DefaultCluster}"}
        faults = Change(template, {}, "DefaultCluster", "cn-shanghai", "cn-beijing").faults()
        self.assertEqual({"GetRolloutFunction"}, faults)

    def test_a_replaced_table_makes_a_version_of_each_function(self):
        for name in of_type("AWS::Lambda::Function"):
            self.assertIn("${Table}", json.dumps(version(TEMPLATE["Resources"], name)[1]))


class Names(unittest.TestCase):
    def test_two_stacks_do_not_collide(self):
        named = {
            "AWS::DynamoDB::Table": "TableName",
            "AWS::Events::Rule": "Name",
            "AWS::IAM::Role": "RoleName",
            "AWS::Lambda::Function": "FunctionName",
            "AWS::Logs::LogGroup": "LogGroupName",
            "AWS::S3::Bucket": "BucketName",
            "AWS::SQS::Queue": "QueueName",
        }
        for kind, property_ in named.items():
            for name, properties in of_type(kind).items():
                self.assertNotIn(property_, properties, name)
        for bus in of_type("AWS::Events::EventBus").values():
            self.assertEqual({"Ref": "AWS::StackName"}, bus["Name"])


if __name__ == "__main__":
    unittest.main()
