// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

// Facts: SetSecurityDescriptorSacl (securitybaseapi.h), whose kernel half it is;
// RtlSetDaclSecurityDescriptor.
CONFORMANCE(RtlSetSaclSecurityDescriptor, SetsTheListAndItsBits) {
    GUARD guard;
    InitializeGuard(&guard);
    CHECK_STATUS(RtlSetSaclSecurityDescriptor(&guard.Descriptor, TRUE, &guard.u.List, TRUE),
                 STATUS_SUCCESS);
    CHECK_EQ(guard.Descriptor.Control, SE_DACL_PRESENT | SE_SACL_PRESENT | SE_SACL_DEFAULTED);
    CHECK_EQ(guard.Descriptor.Sacl, &guard.u.List);
    guard.Descriptor.Revision = 7;
    CHECK_STATUS(RtlSetSaclSecurityDescriptor(&guard.Descriptor, TRUE, NULL, FALSE),
                 STATUS_UNKNOWN_REVISION);
}
