package org.servicerollouts.clients;

import com.google.api.Service;
import com.google.api.servicemanagement.v1.CreateServiceRolloutRequest;
import com.google.api.servicemanagement.v1.ManagedService;
import com.google.api.servicemanagement.v1.Rollout;
import com.google.api.servicemanagement.v1.Rollout.TrafficPercentStrategy;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient;
import com.google.longrunning.Operation;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** What a user of google-cloud-service-management does again and again. */
final class CloudUser {
  private final ServiceManagerClient client;

  CloudUser(ServiceManagerClient client) {
    this.client = client;
  }

  ManagedService makeService(String service, String project)
      throws ExecutionException, InterruptedException {
    return client
        .createServiceAsync(
            ManagedService.newBuilder()
                .setServiceName(service)
                .setProducerProjectId(project)
                .build())
        .get();
  }

  void makeServiceWithConfigs(String service, String... configs)
      throws ExecutionException, InterruptedException {
    makeService(service, "");
    for (String id : configs) {
      client.createServiceConfig(service, Service.newBuilder().setId(id).build());
    }
  }

  static Rollout rollout(String id, Map<String, Double> percentages) {
    return Rollout.newBuilder()
        .setRolloutId(id)
        .setTrafficPercentStrategy(
            TrafficPercentStrategy.newBuilder().putAllPercentages(percentages))
        .build();
  }

  /** The rollout, once its operation is done. */
  Rollout roll(String service, String id, Map<String, Double> percentages)
      throws ExecutionException, InterruptedException {
    return client.createServiceRolloutAsync(service, rollout(id, percentages)).get();
  }

  /** Its operation, as the create answers it. */
  Operation start(String service, String id, Map<String, Double> percentages) {
    return client
        .createServiceRolloutCallable()
        .call(
            CreateServiceRolloutRequest.newBuilder()
                .setServiceName(service)
                .setRollout(rollout(id, percentages))
                .build());
  }
}
