// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Called(PVOID Context, PVOID First, PVOID Second) {
    InterlockedIncrement(Context);
}

static PCALLBACK_OBJECT Make(PCWSTR Name, BOOLEAN Multiple) {
    PCALLBACK_OBJECT callback = NULL;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    RtlInitUnicodeString(&name, Name);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    ExCreateCallback(&callback, &attributes, TRUE, Multiple);
    return callback;
}

CONFORMANCE(ExRegisterCallback, RegistersSeveral) {
    PCALLBACK_OBJECT callback = Make(L"\\Callback\\ConformanceB", TRUE);
    LONG first = 0, second = 0;
    PVOID one, two;
    REQUIRE(callback != NULL);
    one = ExRegisterCallback(callback, Called, &first);
    two = ExRegisterCallback(callback, Called, &second);
    CHECK(one != NULL && two != NULL);
    ExNotifyCallback(callback, NULL, NULL);
    CHECK_EQ(first, 1);
    CHECK_EQ(second, 1);
    ExUnregisterCallback(one);
    ExUnregisterCallback(two);
    ObDereferenceObject(callback);
}

CONFORMANCE(ExRegisterCallback, IsNullForASecondWhereOneIsAllowed) {
    PCALLBACK_OBJECT callback = Make(L"\\Callback\\ConformanceC", FALSE);
    LONG count = 0;
    PVOID one;
    REQUIRE(callback != NULL);
    one = ExRegisterCallback(callback, Called, &count);
    CHECK(one != NULL);
    CHECK_EQ(ExRegisterCallback(callback, Called, &count), NULL);
    ExUnregisterCallback(one);
    ObDereferenceObject(callback);
}
