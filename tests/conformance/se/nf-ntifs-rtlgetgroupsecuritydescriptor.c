// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlGetGroupSecurityDescriptor, TellsTheGroup) {
    SECURITY_DESCRIPTOR descriptor;
    PSID group = NULL;
    BOOLEAN defaulted = TRUE;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    RtlSetGroupSecurityDescriptor(&descriptor, SeExports->SeLocalSid, FALSE);
    CHECK_STATUS(RtlGetGroupSecurityDescriptor(&descriptor, &group, &defaulted), STATUS_SUCCESS);
    CHECK_EQ(group, SeExports->SeLocalSid);
    CHECK_EQ(defaulted, FALSE);
    descriptor.Revision = 7;
    CHECK_STATUS(RtlGetGroupSecurityDescriptor(&descriptor, &group, &defaulted),
                 STATUS_UNKNOWN_REVISION);
}
