// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlCreateSecurityDescriptor, MakesAnEmptyAbsoluteDescriptor) {
    SECURITY_DESCRIPTOR descriptor;
    RtlFillMemory(&descriptor, sizeof(descriptor), 0xEE);
    CHECK_STATUS(RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION),
                 STATUS_SUCCESS);
    CHECK_EQ(descriptor.Revision, SECURITY_DESCRIPTOR_REVISION);
    CHECK_EQ(descriptor.Control, 0);
    CHECK_EQ(descriptor.Owner, NULL);
    CHECK_EQ(descriptor.Dacl, NULL);
}
CONFORMANCE(RtlCreateSecurityDescriptor, RefusesAnUnknownRevision) {
    SECURITY_DESCRIPTOR descriptor;
    CHECK_STATUS(RtlCreateSecurityDescriptor(&descriptor, 7), STATUS_UNKNOWN_REVISION);
}
