// SPDX-License-Identifier: GPL-2.0-only
#include "provider.h"

NTKERNELAPI NTSTATUS NTAPI EtwSetInformation(REGHANDLE Handle, ULONG Class, PVOID Information,
                                             ULONG Length);

CONFORMANCE(EtwSetInformation, TakesTraits) {
    /* Size, name: what TraceLoggingRegister passes. */
    static const struct {
        USHORT Size;
        char Name[12];
    } traits = {14, "Conformance"};
    REGHANDLE handle = Register();
    CHECK_STATUS(EtwSetInformation(handle, 2, (PVOID)&traits, sizeof(traits)), STATUS_SUCCESS);
    CHECK_STATUS(EtwWriteString(handle, 4, 0, NULL, L"of a provider with a name"), STATUS_SUCCESS);
    EtwUnregister(handle);
}

CONFORMANCE(EtwSetInformation, RefusesBadHandlesClassesAndBuffers) {
    static const USHORT tooLong[2] = {40, 0};
    REGHANDLE handle = Register();
    CHECK_STATUS(EtwSetInformation(0, 2, (PVOID)&tooLong, sizeof(tooLong)), STATUS_INVALID_HANDLE);
    CHECK_STATUS(EtwSetInformation(handle, 2, (PVOID)&tooLong, sizeof(tooLong)),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(EtwSetInformation(handle, 77, NULL, 0), STATUS_INVALID_PARAMETER);
    EtwUnregister(handle);
}
