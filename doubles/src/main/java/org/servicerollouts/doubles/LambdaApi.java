package org.servicerollouts.doubles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of Lambda's API that is about aliases, PublishVersion and ListTags (rest-json). */
final class LambdaApi implements Api {
  private static final String UNKNOWN = "UnknownOperation";

  /** What all these requests have to say about. */
  private static final Pattern PATH =
      Pattern.compile(
          "/2015-03-31/functions/(?<function>[^/?]+)/(?<kind>aliases|versions)"
              + "(?:/(?<alias>[^/?]+))?");

  private static final Pattern TAGS = Pattern.compile("/2017-03-31/tags/(?<arn>[^/?]+)");

  /** A function's name, alone or at the end of its ARN or of a part of that. */
  private static final Pattern FUNCTION =
      Pattern.compile(
          "(?:arn:[^:]*:lambda:)?(?:[a-z0-9-]+:)?(?:\\d{12}:)?(?:function:)?(?<name>[\\w-]+)");

  private final Functions functions;

  LambdaApi(Functions functions) {
    this.functions = functions;
  }

  @Override
  public Asked asked(Request request) {
    Matcher tags = TAGS.matcher(request.path());
    if (tags.matches() && request.method().equals("GET")) {
      return new LambdaAsked("ListTags", name(decode(tags.group("arn"))), "", request.body());
    }
    Matcher path = PATH.matcher(request.path());
    if (!path.matches()) {
      return new LambdaAsked(UNKNOWN, "", "", request.body());
    }
    String named = path.group("alias") == null ? "" : " alias";
    String operation =
        switch (request.method() + " " + path.group("kind") + named) {
          case "POST aliases" -> "CreateAlias";
          case "GET aliases" -> "ListAliases";
          case "GET aliases alias" -> "GetAlias";
          case "PUT aliases alias" -> "UpdateAlias";
          case "POST versions" -> "PublishVersion";
          default -> UNKNOWN;
        };
    return new LambdaAsked(
        operation,
        name(decode(path.group("function"))),
        named.isEmpty() ? "" : decode(path.group("alias")),
        request.body());
  }

  private static String name(String function) {
    Matcher name = FUNCTION.matcher(function);
    return name.matches() ? name.group("name") : function;
  }

  @Override
  public Refusal throttled() {
    return new Refusal(429, "TooManyRequestsException", "Rate exceeded");
  }

  @Override
  public Refusal broken() {
    return new Refusal(
        500, "ServiceException", "An error occurred and the request cannot be processed.");
  }

  private static String decode(String segment) {
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private final class LambdaAsked implements Asked {
    private final String operation;
    private final String function;
    private final String alias;
    private final byte[] body;

    LambdaAsked(String operation, String function, String alias, byte[] body) {
      this.operation = operation;
      this.function = function;
      this.alias = alias;
      this.body = body;
    }

    @Override
    public String operation() {
      return operation;
    }

    @Override
    public String resource() {
      return alias.isEmpty() ? function : function + ":" + alias;
    }

    @Override
    public Reply done() {
      return switch (operation) {
        case "CreateAlias" -> {
          AliasRequest request = AliasRequest.of(body);
          yield reply(201, node(functions.create(function, request.newName(), request.change())));
        }
        case "GetAlias" -> reply(200, node(functions.get(function, alias)));
        case "UpdateAlias" -> {
          AliasRequest request = AliasRequest.of(body);
          yield reply(
              200, node(functions.update(function, alias, request.revisionId(), request.change())));
        }
        case "ListAliases" -> {
          ObjectNode list = JsonNodeFactory.instance.objectNode();
          functions.list(function).forEach(each -> list.withArray("Aliases").add(node(each)));
          yield reply(200, list);
        }
        case "ListTags" -> {
          ObjectNode list = JsonNodeFactory.instance.objectNode();
          ObjectNode tags = list.putObject("Tags");
          functions.tags(function).forEach(tags::put);
          yield reply(200, list);
        }
        case "PublishVersion" -> reply(201, version(functions.publish(function)));
        default ->
            throw new Refusal(
                404, "UnknownOperationException", "This double knows no such path and method");
      };
    }

    @Override
    public Reply refused(Refusal refusal) {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      Map<String, String> headers = new HashMap<>();
      headers.put("x-amzn-ErrorType", refusal.code());
      switch (refusal.code()) {
        case "ResourceNotFoundException" -> body.put("Message", refusal.getMessage());
        case "ServiceException" -> body.put("Message", refusal.getMessage());
        case "TooManyRequestsException" -> {
          headers.put("Retry-After", "1");
          body.put("Reason", "CallerRateLimitExceeded").put("message", refusal.getMessage());
        }
        default -> body.put("message", refusal.getMessage());
      }
      body.put("Type", refusal.isCallers() ? "User" : "Service");
      return new Reply(refusal.status(), headers, bytes(body));
    }

    private Reply reply(int status, JsonNode body) {
      return new Reply(status, Map.of(), bytes(body));
    }

    private static byte[] bytes(JsonNode body) {
      return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode node(Alias each) {
      ObjectNode node =
          JsonNodeFactory.instance
              .objectNode()
              .put("AliasArn", functions.arn(function, each.name()))
              .put("Name", each.name())
              .put("FunctionVersion", each.functionVersion())
              .put("Description", each.description())
              .put("RevisionId", each.revisionId());
      if (!each.additionalVersionWeights().isEmpty()) {
        ObjectNode weights = node.putObject("RoutingConfig").putObject("AdditionalVersionWeights");
        each.additionalVersionWeights().forEach(weights::put);
      }
      return node;
    }

    private ObjectNode version(String number) {
      return JsonNodeFactory.instance
          .objectNode()
          .put("FunctionName", function)
          .put("FunctionArn", functions.arn(function, number))
          .put("Version", number)
          .put("State", "Active")
          .put("LastUpdateStatus", "Successful");
    }
  }
}
