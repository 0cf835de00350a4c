package org.servicerollouts.store;

import java.util.Optional;
import org.servicerollouts.domain.Service;

/**
 * A service with its PAI-EAS document.
 *
 * @param json the service JSON as the last update left it; empty for a service made on the Google
 *     surface
 */
public record Document(Service service, Optional<String> json) {}
