// SPDX-License-Identifier: GPL-2.0-only
#include "provider.h"

static ULONG Calls, SeenCode;
static UCHAR SeenLevel;
static PVOID SeenContext;

static VOID NTAPI Enabled(LPCGUID SourceId, ULONG Code, UCHAR Level, ULONGLONG Any, ULONGLONG All,
                          PEVENT_FILTER_DESCRIPTOR Filter, PVOID Context) {
    UNREFERENCED_PARAMETER(Any);
    UNREFERENCED_PARAMETER(All);
    UNREFERENCED_PARAMETER(Filter);
    CHECK(SourceId != NULL);
    Calls++;
    SeenCode = Code;
    SeenLevel = Level;
    SeenContext = Context;
}

CONFORMANCE(EtwRegister, GivesAHandle) {
    REGHANDLE first = 0, second = 0;
    CHECK_STATUS(EtwRegister(&ProviderId, NULL, NULL, &first), STATUS_SUCCESS);
    CHECK_STATUS(EtwRegister(&ProviderId, NULL, NULL, &second), STATUS_SUCCESS);
    CHECK(first != 0 && second != 0 && first != second);
    CHECK_STATUS(EtwUnregister(first), STATUS_SUCCESS);
    CHECK_STATUS(EtwUnregister(second), STATUS_SUCCESS);
}

CONFORMANCE(EtwRegister, TheCallbackHearsOfASessionThatHasEnabledTheProvider) {
    REGHANDLE handle = 0;
    Calls = 0;
    REQUIRE(NT_SUCCESS(EtwRegister(&ProviderId, (PVOID)Enabled, &Calls, &handle)));
    if (EtwProviderEnabled(handle, 0, 0)) {
        CHECK_EQ(Calls, 1);
        CHECK_EQ(SeenCode, 1 /* EVENT_CONTROL_CODE_ENABLE_PROVIDER */);
        CHECK_EQ(SeenContext, &Calls);
        CHECK_EQ(EtwProviderEnabled(handle, SeenLevel, 0), TRUE);
        CHECK_EQ(EtwProviderEnabled(handle, SeenLevel + 1, 0), FALSE);
    } else {
        CHECK_EQ(Calls, 0);
    }
    EtwUnregister(handle);
}

CONFORMANCE(EtwRegister, RefusesMissingParameters) {
    REGHANDLE handle = 0;
    CHECK_STATUS(EtwRegister(NULL, NULL, NULL, &handle), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(EtwRegister(&ProviderId, NULL, NULL, NULL), STATUS_INVALID_PARAMETER);
}
