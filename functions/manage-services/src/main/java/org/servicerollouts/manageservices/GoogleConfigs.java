package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Diagnostic;
import org.servicerollouts.domain.Ids;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.ConfigHeader;
import org.servicerollouts.store.Page;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.wire.google.ConfigPrinter;
import org.servicerollouts.wire.google.ConfigView;
import org.servicerollouts.wire.google.CreateConfigRequest;
import org.servicerollouts.wire.google.ListRequest;
import org.servicerollouts.wire.google.OperationPrinter;

/** Google's services.configs. */
final class GoogleConfigs {
  private final ServiceStore store;
  private final Changes changes;
  private final InstantSource clock;

  GoogleConfigs(ServiceStore store, Changes changes, InstantSource clock) {
    this.store = store;
    this.changes = changes;
    this.clock = clock;
  }

  ObjectNode create(ServiceName name, HttpCall http) {
    CreateConfigRequest request = CreateConfigRequest.of(name, http.json());
    Made made = make(name, request, List.of(), http.cause(), ServiceChange::configCreated);
    return ConfigPrinter.config(made.config().body(), ConfigView.FULL);
  }

  /** Without keeping anything but the operation if the request asks only whether it could. */
  ObjectNode submit(ServiceName name, HttpCall http) {
    SubmitConfigSourceRequest request = SubmitConfigSourceRequest.of(name, http.json());
    Making making =
        request.validateOnly() ? ServiceChange::configValidated : ServiceChange::configSubmitted;
    Made made = make(name, request.config(), request.diagnostics(), http.cause(), making);
    ServiceOperation.Done done =
        request.validateOnly()
            ? new ServiceOperation.ConfigValidated()
            : new ServiceOperation.ConfigSubmitted(made.config().id());
    return OperationPrinter.operation(
        ServiceOperation.justDone(made.service(), done), Optional.of(made.config().whole()));
  }

  /** How a config comes into being. */
  private interface Making {
    Decision decide(
        Service service,
        Optional<String> id,
        BiFunction<String, Long, Config> config,
        Cause cause,
        Instant now);
  }

  private record Made(Service service, Config config) {}

  private Made make(
      ServiceName name,
      CreateConfigRequest request,
      List<Diagnostic> diagnostics,
      Cause cause,
      Making making) {
    Instant now = now();
    AtomicReference<Config> config = new AtomicReference<>();
    Service service =
        changes.change(
            name,
            s ->
                making.decide(
                    s,
                    request.id(),
                    (id, ord) ->
                        remember(
                            config, request.config(id, ord, now, cause.who()).warning(diagnostics)),
                    cause,
                    now),
            request.id().isPresent()
                ? UnaryOperator.identity()
                : counters -> counters.usedConfigId(now));
    return new Made(service, config.get());
  }

  private static Config remember(AtomicReference<Config> made, Config config) {
    made.set(config);
    return config;
  }

  ObjectNode get(ServiceName name, String id, HttpCall http) {
    ConfigView view = ConfigView.of(http.query());
    if (!Ids.isValid(id)) {
      throw NotFound.config(name, id).exception();
    }
    return ConfigPrinter.config(store.configBody(name, id), view);
  }

  /** The config with the highest share of last good; of several the newest. */
  ObjectNode current(ServiceName name, HttpCall http) {
    return get(name, http.query().find("configId").orElseGet(() -> currentId(name)), http);
  }

  private String currentId(ServiceName name) {
    List<String> leading = store.require(name).leadingConfigs();
    return (leading.size() == 1
            ? Optional.of(leading.getFirst())
            : store.newestConfig(name, leading))
        .orElseThrow(() -> NotFound.currentConfig(name).exception());
  }

  ObjectNode list(ServiceName name, HttpCall http) {
    ListRequest request = ListRequest.ofConfigs(name, http.query());
    Page<ConfigHeader> page = store.configs(name, request.pageSize(), request.from());
    return ConfigPrinter.page(
        page.items().stream().map(c -> ConfigPrinter.header(name, c.title(), c.id())).toList(),
        page.next().map(request::nextPageToken));
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }
}
