package org.servicerollouts.clients;

import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.api.services.servicemanagement.model.ManagedService;
import com.google.api.services.servicemanagement.model.Operation;
import com.google.api.services.servicemanagement.model.Rollout;
import com.google.api.services.servicemanagement.model.Service;
import com.google.api.services.servicemanagement.model.TrafficPercentStrategy;
import java.io.IOException;
import java.util.Map;

/** What a user of google-api-services-servicemanagement does again and again. */
final class DiscoveryUser {
  private final ServiceManagement client;

  DiscoveryUser(ServiceManagement client) {
    this.client = client;
  }

  Operation makeService(String service, String project) throws IOException {
    return client
        .services()
        .create(new ManagedService().setServiceName(service).setProducerProjectId(project))
        .execute();
  }

  void makeServiceWithConfigs(String service, String... configs) throws IOException {
    makeService(service, "");
    for (String id : configs) {
      client.services().configs().create(service, new Service().setId(id)).execute();
    }
  }

  static Rollout rollout(String id, Map<String, Double> percentages) {
    return new Rollout()
        .setRolloutId(id)
        .setTrafficPercentStrategy(new TrafficPercentStrategy().setPercentages(percentages));
  }

  Operation roll(String service, String id, Map<String, Double> percentages) throws IOException {
    return client.services().rollouts().create(service, rollout(id, percentages)).execute();
  }

  /**
   * Starts a rollout that moves the whole service to {@code config}, a quarter of it in each batch.
   * google-cloud-service-management cannot: it sends only the fields that Google has.
   */
  Operation rollInQuarters(String service, String id, String config, String interval)
      throws IOException {
    Rollout rollout = rollout(id, Map.of(config, 100.0));
    rollout.set("batch", Map.of("batchSize", "25%", "interval", interval));
    return client.services().rollouts().create(service, rollout).execute();
  }

  /** {@code operation} once it is done. */
  Operation done(Operation operation) throws IOException {
    return Await.until(
        operation.getName(),
        () -> client.operations().get(operation.getName()).execute(),
        o -> Boolean.TRUE.equals(o.getDone()));
  }
}
