package org.servicerollouts.clients;

import com.aliyun.teaopenapi.Client;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teaopenapi.models.OpenApiRequest;
import com.aliyun.teaopenapi.models.Params;
import com.aliyun.teautil.models.RuntimeOptions;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Alibaba Cloud's generic client with the actions of EAS 2021-07-01, called as the SDK for EAS
 * calls them: each is this action name, method and path, and nothing more. Every call is signed.
 */
final class EasUser {
  static final String CLUSTER = "cn-shanghai";

  private static final String VERSION = "2021-07-01";

  private final Client client;

  private EasUser(Client client) {
    this.client = client;
  }

  /** Signs with this access key. */
  static EasUser of(URI url, String accessKeyId, String accessKeySecret) {
    return of(url, accessKeyId, accessKeySecret, "");
  }

  /** The same by another algorithm than ACS3, as the client names it. */
  static EasUser of(URI url, String accessKeyId, String accessKeySecret, String algorithm) {
    try {
      return new EasUser(
          new Client(
              new Config()
                  .setAccessKeyId(accessKeyId)
                  .setAccessKeySecret(accessKeySecret)
                  .setSignatureAlgorithm(algorithm)
                  .setEndpoint(url.getAuthority())
                  .setProtocol("http")
                  .setRegionId(CLUSTER)));
    } catch (Exception e) {
      throw new AssertionError("no client", e);
    }
  }

  /** One call. A body that is text is sent as it stands, any other as its JSON. */
  Map<?, ?> call(String action, String method, String path, OpenApiRequest request) {
    Params params =
        new Params()
            .setAction(action)
            .setVersion(VERSION)
            .setProtocol("HTTPS")
            .setPathname(path)
            .setMethod(method)
            .setAuthType("AK")
            .setStyle("ROA")
            .setReqBodyType("json")
            .setBodyType("json");
    try {
      return (Map<?, ?>) client.callApi(params, request, new RuntimeOptions()).get("body");
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(action + " did not come to an answer", e);
    }
  }

  /** Names are percent-encoded, as the SDK for EAS does it. */
  static String path(String service) {
    String encoded =
        URLEncoder.encode(service, StandardCharsets.UTF_8)
            .replace("+", "%20")
            .replace("*", "%2A")
            .replace("%7E", "~");
    return "/api/v2/services/" + CLUSTER + "/" + encoded;
  }

  private Map<?, ?> call(String action, String method, String path) {
    return call(action, method, path, new OpenApiRequest());
  }

  private Map<?, ?> call(String action, String method, String path, Object body) {
    return call(action, method, path, new OpenApiRequest().setBody(body));
  }

  /** With rollouts, {@code replicas} of image 1. */
  Map<?, ?> createService(String service, int replicas) {
    return createService(
        """
        {"metadata": {"name": "%s", "region": "%s", "instance": %d},
         "features": {"eas.aliyun.com/enable-rollout": "true"},
         "containers": [{"image": "registry.example/app:1"}]}\
        """
            .formatted(service, CLUSTER, replicas));
  }

  Map<?, ?> createService(String json) {
    return call("CreateService", "POST", "/api/v2/services", json);
  }

  Map<?, ?> listServices(Map<String, String> query) {
    return call("ListServices", "GET", "/api/v2/services", new OpenApiRequest().setQuery(query));
  }

  Map<?, ?> describeService(String service) {
    return call("DescribeService", "GET", path(service));
  }

  /** To another image, merged into what there is. */
  Map<?, ?> update(String service, String image) {
    return updateService(
        service,
        Map.of(),
        "{\"containers\": [{\"image\": \"registry.example/app:" + image + "\"}]}");
  }

  Map<?, ?> updateService(String service, Map<String, String> query, String json) {
    return call(
        "UpdateService", "PUT", path(service), new OpenApiRequest().setQuery(query).setBody(json));
  }

  Map<?, ?> deleteService(String service) {
    return call("DeleteService", "DELETE", path(service));
  }

  Map<?, ?> scale(String service, int replicas) {
    return call("ScaleService", "PUT", path(service) + "/scale", Map.of("Instance", replicas));
  }

  Map<?, ?> listVersions(String service, Map<String, String> query) {
    return call(
        "ListServiceVersions",
        "GET",
        path(service) + "/versions",
        new OpenApiRequest().setQuery(query));
  }

  Map<?, ?> updateVersion(String service, int version) {
    return call(
        "UpdateServiceVersion", "PUT", path(service) + "/version", Map.of("Version", version));
  }

  Map<?, ?> createRollout(String service, Map<String, ?> plan) {
    return call("CreateServiceRollout", "POST", path(service) + "/rollout", plan);
  }

  EasRollout describeRollout(String service) {
    return EasRollout.of(call("DescribeServiceRollout", "GET", path(service) + "/rollout"));
  }

  Map<?, ?> updateRollout(String service, Map<String, ?> change) {
    return call("UpdateServiceRollout", "PUT", path(service) + "/rollout", change);
  }

  Map<?, ?> deleteRollout(String service) {
    return call("DeleteServiceRollout", "DELETE", path(service) + "/rollout");
  }

  /** A service of {@code replicas} with this plan. */
  void plan(String service, int replicas, Map<String, ?> plan) {
    createService(service, replicas);
    createRollout(service, plan);
  }

  static Map<String, ?> batch(String size, String interval) {
    return Map.of("Batch", Map.of("BatchSize", size, "Interval", interval));
  }

  static Map<String, ?> partition(String keep) {
    return Map.of("Partition", Map.of("Partition", keep));
  }

  static Map<String, ?> paused(boolean paused) {
    return Map.of("Paused", paused);
  }
}
