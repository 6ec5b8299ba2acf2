// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlGetSaclSecurityDescriptor, TellsPresenceAndDefault) {
    GUARD guard;
    BOOLEAN present = TRUE, defaulted = FALSE;
    PACL list = NULL;
    InitializeGuard(&guard);
    CHECK_STATUS(RtlGetSaclSecurityDescriptor(&guard.Descriptor, &present, &list, &defaulted),
                 STATUS_SUCCESS);
    CHECK_EQ(present, FALSE);
    RtlSetSaclSecurityDescriptor(&guard.Descriptor, TRUE, &guard.u.List, TRUE);
    CHECK_SUCCESS(RtlGetSaclSecurityDescriptor(&guard.Descriptor, &present, &list, &defaulted));
    CHECK_EQ(present, TRUE);
    CHECK_EQ(list, &guard.u.List);
    CHECK_EQ(defaulted, TRUE);
    guard.Descriptor.Revision = 7;
    CHECK_STATUS(RtlGetSaclSecurityDescriptor(&guard.Descriptor, &present, &list, &defaulted),
                 STATUS_UNKNOWN_REVISION);
}
