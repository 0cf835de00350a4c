package org.servicerollouts.clients;

import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the {@link Product} that all of them share, and the clients of it; they end with the
 * last test.
 */
final class OneProduct implements ParameterResolver {
  private static final Map<Class<?>, Function<Store, Object>> GIVEN =
      Map.of(
          Product.class, OneProduct::product,
          ServiceManagerClient.class, OneProduct::cloud,
          ServiceManagement.class, OneProduct::discovery,
          EasUser.class, OneProduct::eas);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return GIVEN.containsKey(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Store all = context.getRoot().getStore(Namespace.create(OneProduct.class));
    return GIVEN.get(parameter.getParameter().getType()).apply(all);
  }

  private static Product product(Store all) {
    return all.computeIfAbsent(Product.class, type -> started(), Product.class);
  }

  private static ServiceManagerClient cloud(Store all) {
    return all.computeIfAbsent(
        ServiceManagerClient.class,
        type -> GoogleClients.cloud(product(all).url()),
        ServiceManagerClient.class);
  }

  private static ServiceManagement discovery(Store all) {
    return GoogleClients.discovery(product(all).url());
  }

  private static EasUser eas(Store all) {
    return EasUser.of(product(all).url(), "LTAItest", "secret");
  }

  private static Product started() {
    try {
      return Product.start();
    } catch (IOException e) {
      throw new AssertionError("serve does not start", e);
    }
  }
}
