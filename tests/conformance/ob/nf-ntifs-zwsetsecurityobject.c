// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

static VOID SetsAndQueries(NTSTATUS(NTAPI* Set)(HANDLE, SECURITY_INFORMATION,
                                                PSECURITY_DESCRIPTOR)) {
    UCHAR list[64] __attribute__((aligned(8))), room[256] __attribute__((aligned(8)));
    SECURITY_DESCRIPTOR descriptor;
    BOOLEAN present, defaulted;
    PACL found = NULL;
    HANDLE event = NewEvent();
    ULONG needed = 0;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    RtlCreateAcl((PACL)list, sizeof(list), ACL_REVISION);
    CHECK_SUCCESS(RtlAddAccessAllowedAce((PACL)list, ACL_REVISION, EVENT_QUERY_STATE, WORLD_SID));
    RtlSetDaclSecurityDescriptor(&descriptor, TRUE, (PACL)list, FALSE);
    CHECK_STATUS(Set(event, DACL_SECURITY_INFORMATION, &descriptor), STATUS_SUCCESS);
    CHECK_STATUS(
        ZwQuerySecurityObject(event, DACL_SECURITY_INFORMATION, room, sizeof(room), &needed),
        STATUS_SUCCESS);
    CHECK_SUCCESS(RtlGetDaclSecurityDescriptor(room, &present, &found, &defaulted));
    CHECK(present && found != NULL && found->AceCount == 1);
    CHECK_STATUS(Set(NO_HANDLE, DACL_SECURITY_INFORMATION, &descriptor), STATUS_INVALID_HANDLE);
    descriptor.Revision = 7;
    CHECK(!NT_SUCCESS(Set(event, DACL_SECURITY_INFORMATION, &descriptor)));
    ZwClose(event);
}
CONFORMANCE(NtSetSecurityObject, SetsAndQueries) { SetsAndQueries(NtSetSecurityObject); }
CONFORMANCE(ZwSetSecurityObject, SetsAndQueries) { SetsAndQueries(ZwSetSecurityObject); }
CONFORMANCE_IN_CALLER(NtSetSecurityObject, WantsTheRight) {
    SECURITY_DESCRIPTOR descriptor;
    OBJECT_ATTRIBUTES attributes;
    HANDLE event = NULL;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    RtlSetDaclSecurityDescriptor(&descriptor, TRUE, NULL, FALSE);
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_QUERY_STATE, &attributes, NotificationEvent, FALSE));
    CHECK_STATUS(NtSetSecurityObject(event, DACL_SECURITY_INFORMATION, &descriptor),
                 STATUS_ACCESS_DENIED);
    NtClose(event);
}
