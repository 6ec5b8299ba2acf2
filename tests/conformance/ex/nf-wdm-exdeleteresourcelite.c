// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExDeleteResourceLite, Succeeds) {
    static ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    AT_IRQL(DISPATCH_LEVEL, CHECK_STATUS(ExDeleteResourceLite(&resource), STATUS_SUCCESS));
    /* Its memory may be used anew. */
    RtlZeroMemory(&resource, sizeof(resource));
    ExInitializeResourceLite(&resource);
    ExDeleteResourceLite(&resource);
}
