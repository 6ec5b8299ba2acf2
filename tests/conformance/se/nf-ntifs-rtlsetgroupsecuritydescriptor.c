// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlSetGroupSecurityDescriptor, SetsTheGroupAndItsBit) {
    SECURITY_DESCRIPTOR descriptor;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    CHECK_STATUS(RtlSetGroupSecurityDescriptor(&descriptor, WORLD_SID, TRUE),
                 STATUS_SUCCESS);
    CHECK_EQ(descriptor.Group, WORLD_SID);
    CHECK_EQ(descriptor.Control, SE_GROUP_DEFAULTED);
    descriptor.Revision = 7;
    CHECK_STATUS(RtlSetGroupSecurityDescriptor(&descriptor, NULL, FALSE), STATUS_UNKNOWN_REVISION);
}
