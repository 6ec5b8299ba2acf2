// SPDX-License-Identifier: GPL-2.0-only
// Facts: ObSetHandleAttributes of public NT headers (ntosp.h); SetHandleInformation of handleapi.h.
#include "names.h"

NTKERNELAPI NTSTATUS NTAPI ObSetHandleAttributes(HANDLE Handle,
                                                 POBJECT_HANDLE_FLAG_INFORMATION HandleFlags,
                                                 KPROCESSOR_MODE PreviousMode);

CONFORMANCE(ObSetHandleAttributes, SetsInheritanceAndProtection) {
    OBJECT_HANDLE_FLAG_INFORMATION flags = {TRUE, TRUE}, found = {FALSE, FALSE};
    HANDLE event = NewEvent();
    ULONG returned = 0;
    CHECK_STATUS(ObSetHandleAttributes(event, &flags, KernelMode), STATUS_SUCCESS);
    CHECK_SUCCESS(
        ZwQueryObject(event, (OBJECT_INFORMATION_CLASS)4, &found, sizeof(found), &returned));
    CHECK(found.Inherit && found.ProtectFromClose);
    flags.Inherit = flags.ProtectFromClose = FALSE;
    CHECK_STATUS(ObSetHandleAttributes(event, &flags, KernelMode), STATUS_SUCCESS);
    CHECK_SUCCESS(
        ZwQueryObject(event, (OBJECT_INFORMATION_CLASS)4, &found, sizeof(found), &returned));
    CHECK(!found.Inherit && !found.ProtectFromClose);
    CHECK_STATUS(ObSetHandleAttributes(NO_HANDLE, &flags, KernelMode), STATUS_INVALID_HANDLE);
    ZwClose(event);
}
