// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Called(PVOID Context, PVOID First, PVOID Second) {
    InterlockedIncrement(Context);
}

CONFORMANCE(ExUnregisterCallback, EndsTheCalls) {
    PCALLBACK_OBJECT callback;
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Callback\\ConformanceD");
    OBJECT_ATTRIBUTES attributes;
    LONG count = 0;
    PVOID registration;
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    REQUIRE(NT_SUCCESS(ExCreateCallback(&callback, &attributes, TRUE, TRUE)));
    registration = ExRegisterCallback(callback, Called, &count);
    REQUIRE(registration != NULL);
    AT_IRQL(APC_LEVEL, ExUnregisterCallback(registration));
    ExNotifyCallback(callback, NULL, NULL);
    CHECK_EQ(count, 0);
    ObDereferenceObject(callback);
}
