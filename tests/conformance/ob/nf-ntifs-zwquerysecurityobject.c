// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

static VOID TellsWhatIsNeeded(NTSTATUS(NTAPI* Query)(HANDLE, SECURITY_INFORMATION,
                                                     PSECURITY_DESCRIPTOR, ULONG, PULONG)) {
    UCHAR room[256] __attribute__((aligned(8)));
    SECURITY_DESCRIPTOR descriptor;
    HANDLE event = NewEvent();
    PSID owner = NULL;
    BOOLEAN defaulted;
    ULONG needed = 0;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    RtlSetOwnerSecurityDescriptor(&descriptor, WORLD_SID, FALSE);
    CHECK_SUCCESS(ZwSetSecurityObject(event, OWNER_SECURITY_INFORMATION, &descriptor));
    CHECK_STATUS(Query(event, OWNER_SECURITY_INFORMATION, room, 0, &needed),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(needed, sizeof(SECURITY_DESCRIPTOR_RELATIVE) + 12);
    CHECK_STATUS(Query(event, OWNER_SECURITY_INFORMATION, room, needed, &needed), STATUS_SUCCESS);
    CHECK_SUCCESS(RtlGetOwnerSecurityDescriptor(room, &owner, &defaulted));
    CHECK(owner != NULL && RtlEqualSid(owner, WORLD_SID));
    CHECK_STATUS(Query(NO_HANDLE, OWNER_SECURITY_INFORMATION, room, sizeof(room), &needed),
                 STATUS_INVALID_HANDLE);
    ZwClose(event);
}
CONFORMANCE(NtQuerySecurityObject, TellsWhatIsNeeded) { TellsWhatIsNeeded(NtQuerySecurityObject); }
CONFORMANCE(ZwQuerySecurityObject, TellsWhatIsNeeded) { TellsWhatIsNeeded(ZwQuerySecurityObject); }
