// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlGetGroupSecurityDescriptor, TellsTheGroup) {
    SECURITY_DESCRIPTOR descriptor;
    PSID group = NULL;
    BOOLEAN defaulted = TRUE;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    RtlSetGroupSecurityDescriptor(&descriptor, LOCAL_SID, FALSE);
    CHECK_STATUS(RtlGetGroupSecurityDescriptor(&descriptor, &group, &defaulted), STATUS_SUCCESS);
    CHECK_EQ(group, LOCAL_SID);
    CHECK_EQ(defaulted, FALSE);
    descriptor.Revision = 7;
    CHECK_STATUS(RtlGetGroupSecurityDescriptor(&descriptor, &group, &defaulted),
                 STATUS_UNKNOWN_REVISION);
}
