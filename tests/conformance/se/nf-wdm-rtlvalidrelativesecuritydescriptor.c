// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlValidRelativeSecurityDescriptor, ChecksSizeAndRequiredParts) {
    UCHAR room[256] __attribute__((aligned(8)));
    ULONG bytes = sizeof(room);
    GUARD guard;
    InitializeGuard(&guard);
    guard.u.List.AclSize = 64;
    CHECK_SUCCESS(RtlAbsoluteToSelfRelativeSD(&guard.Descriptor, room, &bytes));
    bytes = RtlLengthSecurityDescriptor(room);
    CHECK_EQ(RtlValidRelativeSecurityDescriptor(
                 room, bytes, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION),
             TRUE);
    CHECK_EQ(RtlValidRelativeSecurityDescriptor(room, bytes, SACL_SECURITY_INFORMATION), FALSE);
    CHECK_EQ(RtlValidRelativeSecurityDescriptor(room, bytes - 8, 0), FALSE);
    CHECK_EQ(RtlValidRelativeSecurityDescriptor(&guard.Descriptor, sizeof(guard), 0), FALSE);
}
