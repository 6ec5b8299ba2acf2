// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlGetOwnerSecurityDescriptor, TellsTheOwner) {
    SECURITY_DESCRIPTOR descriptor;
    PSID owner = &descriptor;
    BOOLEAN defaulted = FALSE;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    CHECK_STATUS(RtlGetOwnerSecurityDescriptor(&descriptor, &owner, &defaulted), STATUS_SUCCESS);
    CHECK_EQ(owner, NULL);
    RtlSetOwnerSecurityDescriptor(&descriptor, WORLD_SID, TRUE);
    CHECK_SUCCESS(RtlGetOwnerSecurityDescriptor(&descriptor, &owner, &defaulted));
    CHECK_EQ(owner, WORLD_SID);
    CHECK_EQ(defaulted, TRUE);
    descriptor.Revision = 7;
    CHECK_STATUS(RtlGetOwnerSecurityDescriptor(&descriptor, &owner, &defaulted),
                 STATUS_UNKNOWN_REVISION);
}
