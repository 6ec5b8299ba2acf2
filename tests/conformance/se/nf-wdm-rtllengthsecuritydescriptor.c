// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlLengthSecurityDescriptor, CountsHeaderAndParts) {
    UCHAR room[256] __attribute__((aligned(8)));
    ULONG bytes = sizeof(room);
    SECURITY_DESCRIPTOR empty;
    GUARD guard;
    RtlCreateSecurityDescriptor(&empty, SECURITY_DESCRIPTOR_REVISION);
    CHECK_EQ(RtlLengthSecurityDescriptor(&empty), sizeof(SECURITY_DESCRIPTOR));
    InitializeGuard(&guard);
    guard.u.List.AclSize = 64;
    CHECK_SUCCESS(RtlAbsoluteToSelfRelativeSD(&guard.Descriptor, room, &bytes));
    CHECK_EQ(RtlLengthSecurityDescriptor(room), sizeof(SECURITY_DESCRIPTOR_RELATIVE) + 12 + 12 + 64);
}
