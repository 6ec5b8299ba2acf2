// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlAbsoluteToSelfRelativeSD, PutsEverythingIntoOneBlock) {
    UCHAR room[512] __attribute__((aligned(8)));
    ULONG bytes = 0;
    GUARD guard;
    PSID owner = NULL;
    PACL list = NULL;
    BOOLEAN present, defaulted;
    InitializeGuard(&guard);
    Allow(&guard, WORLD_SID, 5);
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&guard.Descriptor, room, &bytes),
                 STATUS_BUFFER_TOO_SMALL);
    REQUIRE(bytes <= sizeof(room));
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&guard.Descriptor, room, &bytes), STATUS_SUCCESS);
    CHECK_EQ(((SECURITY_DESCRIPTOR_RELATIVE*)room)->Control, SE_SELF_RELATIVE | SE_DACL_PRESENT);
    CHECK_SUCCESS(RtlGetOwnerSecurityDescriptor(room, &owner, &defaulted));
    CHECK((PUCHAR)owner > room && (PUCHAR)owner < room + bytes &&
          RtlEqualSid(owner, NULL_SID));
    CHECK_SUCCESS(RtlGetDaclSecurityDescriptor(room, &present, &list, &defaulted));
    CHECK_EQ(list->AceCount, 1);
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(room, &guard, &bytes), STATUS_BAD_DESCRIPTOR_FORMAT);
}
