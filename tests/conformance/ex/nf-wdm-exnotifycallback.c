// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static struct {
    LONG Order[2], Next;
    PVOID First, Second;
    KIRQL Irql;
} Seen;

static VOID NTAPI Called(PVOID Context, PVOID First, PVOID Second) {
    if (Seen.Next < 2) Seen.Order[Seen.Next++] = (LONG)(LONG_PTR)Context;
    Seen.First = First;
    Seen.Second = Second;
    Seen.Irql = KeGetCurrentIrql();
}

CONFORMANCE(ExNotifyCallback, CallsInOrderOfRegistrationAtTheCallersLevel) {
    PCALLBACK_OBJECT callback = NULL;
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Callback\\ConformanceE");
    OBJECT_ATTRIBUTES attributes;
    PVOID one, two;
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    REQUIRE(NT_SUCCESS(ExCreateCallback(&callback, &attributes, TRUE, TRUE)) && callback != NULL);
    one = ExRegisterCallback(callback, Called, (PVOID)1);
    two = ExRegisterCallback(callback, Called, (PVOID)2);
    RtlZeroMemory(&Seen, sizeof(Seen));
    AT_IRQL(DISPATCH_LEVEL, ExNotifyCallback(callback, (PVOID)8, (PVOID)9));
    CHECK_EQ(Seen.Order[0], 1);
    CHECK_EQ(Seen.Order[1], 2);
    CHECK_EQ(Seen.First, (PVOID)8);
    CHECK_EQ(Seen.Second, (PVOID)9);
    CHECK_EQ(Seen.Irql, DISPATCH_LEVEL);
    ExUnregisterCallback(one);
    ExUnregisterCallback(two);
    ObDereferenceObject(callback);
}
