package dev.elevo.functions.admin.gateway;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * Some of the routes.
 *
 * @param total how many there are in all
 */
@Serdeable
record RouteList(long total, List<RouteInfo> routes) {}
