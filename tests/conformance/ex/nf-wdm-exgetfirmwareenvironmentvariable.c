// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(NTSTATUS, ExGetFirmwareEnvironmentVariable, PUNICODE_STRING, LPGUID, PVOID, PULONG,
         PULONG);

CONFORMANCE(ExGetFirmwareEnvironmentVariable, IsNotImplementedWithoutUefi) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"BootOrder");
    GUID vendor = {0x8BE4DF61, 0x93CA, 0x11D2, {0xAA, 0x0D, 0x00, 0xE0, 0x98, 0x03, 0x2B, 0x8C}};
    UCHAR value[16];
    ULONG length = sizeof(value);
    CHECK_STATUS(ImportedExGetFirmwareEnvironmentVariable(&name, &vendor, value, &length, NULL),
                 STATUS_NOT_IMPLEMENTED);
}
