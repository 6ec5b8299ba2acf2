// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlSetOwnerSecurityDescriptor, SetsTheOwnerAndItsBit) {
    SECURITY_DESCRIPTOR descriptor;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    CHECK_STATUS(RtlSetOwnerSecurityDescriptor(&descriptor, WORLD_SID, TRUE),
                 STATUS_SUCCESS);
    CHECK_EQ(descriptor.Owner, WORLD_SID);
    CHECK_EQ(descriptor.Control, SE_OWNER_DEFAULTED);
    CHECK_STATUS(RtlSetOwnerSecurityDescriptor(&descriptor, NULL, FALSE), STATUS_SUCCESS);
    CHECK_EQ(descriptor.Owner, NULL);
    descriptor.Control = SE_SELF_RELATIVE;
    CHECK_STATUS(RtlSetOwnerSecurityDescriptor(&descriptor, NULL, FALSE),
                 STATUS_INVALID_SECURITY_DESCR);
}
