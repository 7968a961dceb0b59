package dev.elevo.functions.admin.gateway;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** The permissions. */
@Serdeable
record PermissionList(int total, List<PermissionInfo> permissions) {}
