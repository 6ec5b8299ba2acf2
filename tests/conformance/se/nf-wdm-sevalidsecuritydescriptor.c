// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeValidSecurityDescriptor, WantsASelfRelativeOneWithAnOwner) {
    UCHAR room[256] __attribute__((aligned(8)));
    ULONG bytes = sizeof(room);
    GUARD guard;
    InitializeGuard(&guard);
    guard.u.List.AclSize = 64;
    CHECK_SUCCESS(RtlAbsoluteToSelfRelativeSD(&guard.Descriptor, room, &bytes));
    bytes = RtlLengthSecurityDescriptor(room);
    CHECK_EQ(SeValidSecurityDescriptor(bytes, room), TRUE);
    CHECK_EQ(SeValidSecurityDescriptor(bytes - 8, room), FALSE);
    CHECK_EQ(SeValidSecurityDescriptor(sizeof(guard), &guard.Descriptor), FALSE);
    ((SECURITY_DESCRIPTOR_RELATIVE*)room)->Owner = 0;
    CHECK_EQ(SeValidSecurityDescriptor(bytes, room), FALSE);
}
