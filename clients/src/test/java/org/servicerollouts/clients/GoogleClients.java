package org.servicerollouts.clients;

import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.jackson2.JacksonFactory;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.longrunning.OperationTimedPollAlgorithm;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;

/** Google's own Java clients, pointed at this product as any user points them. */
final class GoogleClients {
  /** Google's own is 5 seconds and more. */
  private static final Duration POLLS_EVERY = Duration.ofMillis(50);

  private static final Duration WAITS_AT_MOST = Duration.ofSeconds(30);

  private GoogleClients() {}

  /** google-cloud-service-management by HTTP and JSON. */
  static ServiceManagerClient cloud(URI url) {
    ServiceManagerSettings.Builder settings =
        ServiceManagerSettings.newHttpJsonBuilder()
            .setEndpoint(url.toString())
            .setCredentialsProvider(NoCredentialsProvider.create());
    OperationTimedPollAlgorithm polling =
        OperationTimedPollAlgorithm.create(
            RetrySettings.newBuilder()
                .setInitialRetryDelayDuration(POLLS_EVERY)
                .setRetryDelayMultiplier(1)
                .setMaxRetryDelayDuration(POLLS_EVERY)
                .setTotalTimeoutDuration(WAITS_AT_MOST)
                .build());
    settings.createServiceOperationSettings().setPollingAlgorithm(polling);
    settings.deleteServiceOperationSettings().setPollingAlgorithm(polling);
    settings.undeleteServiceOperationSettings().setPollingAlgorithm(polling);
    settings.submitConfigSourceOperationSettings().setPollingAlgorithm(polling);
    settings.createServiceRolloutOperationSettings().setPollingAlgorithm(polling);
    try {
      return ServiceManagerClient.create(settings.build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** google-api-services-servicemanagement, which packs its bodies with gzip. */
  static ServiceManagement discovery(URI url) {
    return new ServiceManagement.Builder(
            new NetHttpTransport(), JacksonFactory.getDefaultInstance(), null)
        .setRootUrl(url + "/")
        .setApplicationName("clients")
        .build();
  }
}
