// SPDX-License-Identifier: GPL-2.0-only
// Facts: NtMakePermanentObject of public headers (phnt, ntzwapi.h); OBJ_PERMANENT of
// InitializeObjectAttributes.
#include "names.h"

DECLARE_SERVICE(MakePermanentObject, HANDLE);

static VOID TheNameStays(NTSTATUS(NTAPI* MakePermanent)(HANDLE)) {
    HANDLE event = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, Named(&named, L"\\CfEvent", 0),
                                NotificationEvent, FALSE));
    CHECK_STATUS(MakePermanent(event), STATUS_SUCCESS);
    ZwClose(event);
    CHECK_STATUS(ZwOpenEvent(&event, EVENT_ALL_ACCESS | DELETE, &named.Attributes), STATUS_SUCCESS);
    CHECK_SUCCESS(ZwMakeTemporaryObject(event));
    ZwClose(event);
    CHECK_STATUS(MakePermanent(NO_HANDLE), STATUS_INVALID_HANDLE);
}
CONFORMANCE(NtMakePermanentObject, TheNameStays) { TheNameStays(NtMakePermanentObject); }
CONFORMANCE(ZwMakePermanentObject, TheNameStays) { TheNameStays(ZwMakePermanentObject); }
