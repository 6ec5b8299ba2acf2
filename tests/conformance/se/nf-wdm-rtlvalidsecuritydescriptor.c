// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlValidSecurityDescriptor, ChecksRevisionAndParts) {
    GUARD guard;
    InitializeGuard(&guard);
    CHECK_EQ(RtlValidSecurityDescriptor(&guard.Descriptor), TRUE);
    guard.u.List.AclRevision = 9;
    CHECK_EQ(RtlValidSecurityDescriptor(&guard.Descriptor), FALSE);
    guard.u.List.AclRevision = ACL_REVISION;
    guard.Descriptor.Revision = 7;
    CHECK_EQ(RtlValidSecurityDescriptor(&guard.Descriptor), FALSE);
}
