// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Called(PVOID Context, PVOID First, PVOID Second) {
    InterlockedIncrement(Context);
}

CONFORMANCE(ExUnregisterCallback, EndsTheCalls) {
    PCALLBACK_OBJECT callback = NULL;
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Callback\\ConformanceD");
    OBJECT_ATTRIBUTES attributes;
    LONG count = 0;
    PVOID registration;
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    REQUIRE(NT_SUCCESS(ExCreateCallback(&callback, &attributes, TRUE, TRUE)) && callback != NULL);
    registration = ExRegisterCallback(callback, Called, &count);
    REQUIRE(registration != NULL);
    ExNotifyCallback(callback, NULL, NULL);
    CHECK_EQ(count, 1);
    AT_IRQL(APC_LEVEL, ExUnregisterCallback(registration));
    ExNotifyCallback(callback, NULL, NULL);
    CHECK_EQ(count, 1);
    ObDereferenceObject(callback);
}
