// SPDX-License-Identifier: GPL-2.0-only
// Facts: IsValidAcl (securitybaseapi.h), whose kernel half it is.
#include "identities.h"

NTSYSAPI BOOLEAN NTAPI RtlValidAcl(PACL Acl);

CONFORMANCE(RtlValidAcl, ChecksSizesAndIdentifiers) {
    GUARD guard;
    InitializeGuard(&guard);
    Allow(&guard, WORLD_SID, 1);
    CHECK_EQ(RtlValidAcl(&guard.u.List), TRUE);
    guard.u.List.AclSize = sizeof(ACL) + sizeof(ACCESS_ALLOWED_ACE) + 8;
    CHECK_EQ(RtlValidAcl(&guard.u.List), TRUE);
    guard.u.List.AceCount = 2;  // the second does not fit
    CHECK_EQ(RtlValidAcl(&guard.u.List), FALSE);
    guard.u.List.AceCount = 1;
    guard.u.List.AclRevision = 9;
    CHECK_EQ(RtlValidAcl(&guard.u.List), FALSE);
}
