// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlCreateAcl, MakesAnEmptyList) {
    UCHAR room[64] __attribute__((aligned(4)));
    ACL* list = (ACL*)room;
    CHECK_STATUS(RtlCreateAcl(list, sizeof(room), ACL_REVISION), STATUS_SUCCESS);
    CHECK_EQ(list->AclRevision, ACL_REVISION);
    CHECK_EQ(list->AclSize, sizeof(room));
    CHECK_EQ(list->AceCount, 0);
}
CONFORMANCE(RtlCreateAcl, RefusesWhatIsTooSmallOrUnknown) {
    UCHAR room[64] __attribute__((aligned(4)));
    CHECK_STATUS(RtlCreateAcl((ACL*)room, sizeof(ACL) - 1, ACL_REVISION), STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(RtlCreateAcl((ACL*)room, sizeof(room), 9), STATUS_INVALID_PARAMETER);
}
