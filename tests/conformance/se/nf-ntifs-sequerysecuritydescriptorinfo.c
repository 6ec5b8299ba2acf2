// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeQuerySecurityDescriptorInfo, CopiesThePartsThatAreAskedFor) {
    UCHAR whole[512] __attribute__((aligned(8))), part[512] __attribute__((aligned(8)));
    SECURITY_INFORMATION what = OWNER_SECURITY_INFORMATION;
    ULONG bytes = sizeof(whole);
    PSECURITY_DESCRIPTOR own = whole;
    PSID owner = NULL;
    BOOLEAN defaulted;
    GUARD guard;
    InitializeGuard(&guard);
    CHECK_SUCCESS(RtlAbsoluteToSelfRelativeSD(&guard.Descriptor, whole, &bytes));
    bytes = 0;
    CHECK_STATUS(SeQuerySecurityDescriptorInfo(&what, part, &bytes, &own), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(bytes, sizeof(SECURITY_DESCRIPTOR_RELATIVE) + 12);
    CHECK_STATUS(SeQuerySecurityDescriptorInfo(&what, part, &bytes, &own), STATUS_SUCCESS);
    CHECK_EQ(((SECURITY_DESCRIPTOR_RELATIVE*)part)->Control, SE_SELF_RELATIVE);
    CHECK_SUCCESS(RtlGetOwnerSecurityDescriptor(part, &owner, &defaulted));
    CHECK(owner != NULL && RtlEqualSid(owner, NULL_SID));
}
