// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlGetDaclSecurityDescriptor, TellsPresenceAndDefault) {
    GUARD guard;
    BOOLEAN present = FALSE, defaulted = TRUE;
    PACL list = NULL;
    InitializeGuard(&guard);
    CHECK_STATUS(RtlGetDaclSecurityDescriptor(&guard.Descriptor, &present, &list, &defaulted),
                 STATUS_SUCCESS);
    CHECK_EQ(present, TRUE);
    CHECK_EQ(list, &guard.u.List);
    CHECK_EQ(defaulted, FALSE);
    RtlSetDaclSecurityDescriptor(&guard.Descriptor, FALSE, NULL, FALSE);
    CHECK_SUCCESS(RtlGetDaclSecurityDescriptor(&guard.Descriptor, &present, &list, &defaulted));
    CHECK_EQ(present, FALSE);
    guard.Descriptor.Revision = 7;
    CHECK_STATUS(RtlGetDaclSecurityDescriptor(&guard.Descriptor, &present, &list, &defaulted),
                 STATUS_UNKNOWN_REVISION);
}
