// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

typedef VOID NTAPI BOOT_CALLBACK(PVOID Context, ULONG Classification, PVOID Image);
NTKERNELAPI PVOID NTAPI IoRegisterBootDriverCallback(BOOT_CALLBACK* Callback, PVOID Context);
NTKERNELAPI VOID NTAPI IoUnregisterBootDriverCallback(PVOID Handle);

static VOID NTAPI Booted(PVOID Context, ULONG Classification, PVOID Image) {
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Classification);
    UNREFERENCED_PARAMETER(Image);
}

CONFORMANCE(IoRegisterBootDriverCallback, GivesAHandleEach) {
    PVOID first = IoRegisterBootDriverCallback(Booted, NULL);
    PVOID second = IoRegisterBootDriverCallback(Booted, NULL);
    CHECK(first != NULL && second != NULL && first != second);
    IoUnregisterBootDriverCallback(first);
    IoUnregisterBootDriverCallback(second);
}

CONFORMANCE(IoUnregisterBootDriverCallback, TakesTheHandle) {
    PVOID handle = IoRegisterBootDriverCallback(Booted, NULL);
    REQUIRE(handle != NULL);
    IoUnregisterBootDriverCallback(handle);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
