// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlSetDaclSecurityDescriptor, SetsTheListAndItsBits) {
    GUARD guard;
    InitializeGuard(&guard);
    CHECK_EQ(guard.Descriptor.Control, SE_DACL_PRESENT);
    CHECK_STATUS(RtlSetDaclSecurityDescriptor(&guard.Descriptor, TRUE, &guard.u.List, TRUE),
                 STATUS_SUCCESS);
    CHECK_EQ(guard.Descriptor.Control, SE_DACL_PRESENT | SE_DACL_DEFAULTED);
    CHECK_EQ(guard.Descriptor.Dacl, &guard.u.List);
    CHECK_STATUS(RtlSetDaclSecurityDescriptor(&guard.Descriptor, FALSE, NULL, FALSE),
                 STATUS_SUCCESS);
    CHECK_EQ(guard.Descriptor.Control & SE_DACL_PRESENT, 0);
}
CONFORMANCE(RtlSetDaclSecurityDescriptor, RefusesOtherForms) {
    SECURITY_DESCRIPTOR descriptor;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    descriptor.Control = SE_SELF_RELATIVE;
    CHECK_STATUS(RtlSetDaclSecurityDescriptor(&descriptor, TRUE, NULL, FALSE),
                 STATUS_INVALID_SECURITY_DESCR);
    descriptor.Revision = 7;
    CHECK_STATUS(RtlSetDaclSecurityDescriptor(&descriptor, TRUE, NULL, FALSE),
                 STATUS_UNKNOWN_REVISION);
}
