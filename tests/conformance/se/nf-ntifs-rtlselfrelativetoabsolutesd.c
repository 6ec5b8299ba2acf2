// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlSelfRelativeToAbsoluteSD, TakesTheBlockApart) {
    UCHAR room[512] __attribute__((aligned(8))), owner[68] __attribute__((aligned(4))),
        group[68] __attribute__((aligned(4)));
    ULONG bytes = sizeof(room), head = 0, daclBytes = 0, saclBytes = 0, ownerBytes = 0,
          groupBytes = 0;
    GUARD guard;
    SECURITY_DESCRIPTOR descriptor;
    union {
        ACL List;
        UCHAR Bytes[LIST_BYTES];
    } dacl;
    InitializeGuard(&guard);
    CHECK_SUCCESS(RtlAbsoluteToSelfRelativeSD(&guard.Descriptor, room, &bytes));
    CHECK_STATUS(RtlSelfRelativeToAbsoluteSD(room, NULL, &head, NULL, &daclBytes, NULL, &saclBytes,
                                             NULL, &ownerBytes, NULL, &groupBytes),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(head, sizeof(SECURITY_DESCRIPTOR));
    CHECK_EQ(daclBytes, LIST_BYTES);
    CHECK_EQ(saclBytes, 0);
    CHECK_EQ(ownerBytes, 12);
    CHECK_STATUS(RtlSelfRelativeToAbsoluteSD(room, &descriptor, &head, &dacl.List, &daclBytes, NULL,
                                             &saclBytes, owner, &ownerBytes, group, &groupBytes),
                 STATUS_SUCCESS);
    CHECK_EQ(descriptor.Control, SE_DACL_PRESENT);
    CHECK_EQ(descriptor.Owner, (PSID)owner);
    CHECK(RtlEqualSid(descriptor.Group, NULL_SID));
    CHECK_STATUS(
        RtlSelfRelativeToAbsoluteSD(&descriptor, &guard.Descriptor, &head, &dacl.List, &daclBytes, NULL,
                                    &saclBytes, owner, &ownerBytes, group, &groupBytes),
        STATUS_BAD_DESCRIPTOR_FORMAT);
}
