/* SPDX-License-Identifier: GPL-2.0-only */
#include "files.h"

static const GUID First = {1, 2, 3, {4}}, Second = {5, 6, 7, {8}};
static int Cleaned;
static VOID NTAPI OnCleanup(PVOID context, LPCGUID type) {
    Cleaned += *(ULONG*)context == 42 && type->Data1 == 1;
}

CONFORMANCE(FsRtlAllocateExtraCreateParameterList, MakesAnEmptyList) {
    PECP_LIST list = NULL;
    PVOID context = &list;
    CHECK_SUCCESS(FsRtlAllocateExtraCreateParameterList(0, &list));
    REQUIRE(list != NULL);
    CHECK_STATUS(FsRtlFindExtraCreateParameter(list, &First, &context, NULL), STATUS_NOT_FOUND);
    FsRtlFreeExtraCreateParameterList(list);
}

CONFORMANCE(FsRtlAllocateExtraCreateParameter, GivesZeroedRoom) {
    UCHAR* context = NULL;
    CHECK_SUCCESS(FsRtlAllocateExtraCreateParameter(&First, 100, 0, NULL, CONFORMANCE_TAG, (PVOID*)&context));
    REQUIRE(context != NULL);
    for (int i = 0; i < 100; ++i) CHECK_EQ(context[i], 0);
    FsRtlFreeExtraCreateParameter(context);
}

CONFORMANCE(FsRtlFreeExtraCreateParameter, RunsTheCleanup) {
    ULONG* context;
    Cleaned = 0;
    REQUIRE(NT_SUCCESS(FsRtlAllocateExtraCreateParameter(&First, sizeof(ULONG), FSRTL_ALLOCATE_ECP_FLAG_NONPAGED_POOL, &OnCleanup, CONFORMANCE_TAG, (PVOID*)&context)));
    *context = 42;
    FsRtlFreeExtraCreateParameter(context);
    CHECK_EQ(Cleaned, 1);
}

CONFORMANCE(FsRtlInsertExtraCreateParameter, RefusesASecondOfTheSameType) {
    PECP_LIST list;
    PVOID one, two;
    REQUIRE(NT_SUCCESS(FsRtlAllocateExtraCreateParameterList(0, &list)));
    FsRtlAllocateExtraCreateParameter(&First, 8, 0, NULL, CONFORMANCE_TAG, &one);
    FsRtlAllocateExtraCreateParameter(&First, 8, 0, NULL, CONFORMANCE_TAG, &two);
    CHECK_STATUS(FsRtlInsertExtraCreateParameter(list, one), STATUS_SUCCESS);
    CHECK_STATUS(FsRtlInsertExtraCreateParameter(list, two), STATUS_INVALID_PARAMETER);
    FsRtlFreeExtraCreateParameter(two);
    FsRtlFreeExtraCreateParameterList(list);
}

CONFORMANCE(FsRtlFindExtraCreateParameter, FindsByType) {
    PECP_LIST list;
    PVOID one, two, found = NULL;
    ULONG size = 0;
    REQUIRE(NT_SUCCESS(FsRtlAllocateExtraCreateParameterList(0, &list)));
    FsRtlAllocateExtraCreateParameter(&First, 8, 0, NULL, CONFORMANCE_TAG, &one);
    FsRtlAllocateExtraCreateParameter(&Second, 24, 0, NULL, CONFORMANCE_TAG, &two);
    FsRtlInsertExtraCreateParameter(list, one);
    CHECK_STATUS(FsRtlFindExtraCreateParameter(list, &Second, &found, &size), STATUS_NOT_FOUND);
    FsRtlInsertExtraCreateParameter(list, two);
    CHECK_STATUS(FsRtlFindExtraCreateParameter(list, &Second, &found, &size), STATUS_SUCCESS);
    CHECK_EQ(found, two);
    CHECK_EQ(size, 24);
    CHECK_STATUS(FsRtlFindExtraCreateParameter(list, &First, NULL, NULL), STATUS_SUCCESS);
    FsRtlFreeExtraCreateParameterList(list);
}

CONFORMANCE(FsRtlFreeExtraCreateParameterList, CleansEveryMember) {
    PECP_LIST list;
    ULONG* context;
    REQUIRE(NT_SUCCESS(FsRtlAllocateExtraCreateParameterList(0, &list)));
    FsRtlAllocateExtraCreateParameter(&First, sizeof(ULONG), 0, &OnCleanup, CONFORMANCE_TAG, (PVOID*)&context);
    *context = 42;
    FsRtlInsertExtraCreateParameter(list, context);
    Cleaned = 0;
    FsRtlFreeExtraCreateParameterList(list);
    CHECK_EQ(Cleaned, 1);
}

CONFORMANCE(FsRtlRemoveExtraCreateParameter, TakesItOutAndKeepsIt) {
    PECP_LIST list;
    PVOID one, removed = NULL;
    ULONG size;
    REQUIRE(NT_SUCCESS(FsRtlAllocateExtraCreateParameterList(0, &list)));
    FsRtlAllocateExtraCreateParameter(&First, 8, 0, NULL, CONFORMANCE_TAG, &one);
    FsRtlInsertExtraCreateParameter(list, one);
    CHECK_STATUS(FsRtlRemoveExtraCreateParameter(list, &First, &removed, &size), STATUS_SUCCESS);
    CHECK_EQ(removed, one);
    CHECK_EQ(size, 8);
    CHECK_STATUS(FsRtlRemoveExtraCreateParameter(list, &First, &removed, &size), STATUS_NOT_FOUND);
    FsRtlFreeExtraCreateParameter(one);
    FsRtlFreeExtraCreateParameterList(list);
}

CONFORMANCE(FsRtlGetNextExtraCreateParameter, WalksTheList) {
    PECP_LIST list;
    PVOID one, two, at = NULL, next;
    GUID type;
    ULONG size;
    int count = 0;
    REQUIRE(NT_SUCCESS(FsRtlAllocateExtraCreateParameterList(0, &list)));
    CHECK_STATUS(FsRtlGetNextExtraCreateParameter(list, NULL, &type, &next, &size), STATUS_NOT_FOUND);
    CHECK(next == NULL && size == 0);
    FsRtlAllocateExtraCreateParameter(&First, 8, 0, NULL, CONFORMANCE_TAG, &one);
    FsRtlAllocateExtraCreateParameter(&Second, 8, 0, NULL, CONFORMANCE_TAG, &two);
    FsRtlInsertExtraCreateParameter(list, one);
    FsRtlInsertExtraCreateParameter(list, two);
    while (NT_SUCCESS(FsRtlGetNextExtraCreateParameter(list, at, &type, &next, &size)) && count < 5) {
        CHECK(next == one || next == two);
        CHECK_EQ(type.Data1, next == one ? 1 : 5);
        at = next;
        ++count;
    }
    CHECK_EQ(count, 2);
    CHECK_STATUS(FsRtlGetNextExtraCreateParameter(NULL, NULL, &type, &next, &size), STATUS_INVALID_PARAMETER);
    FsRtlFreeExtraCreateParameterList(list);
}

CONFORMANCE(FsRtlAcknowledgeEcp, IsSeenByThoseWhoAsk) {
    PVOID one;
    REQUIRE(NT_SUCCESS(FsRtlAllocateExtraCreateParameter(&First, 8, 0, NULL, CONFORMANCE_TAG, &one)));
    CHECK(!FsRtlIsEcpAcknowledged(one));
    FsRtlAcknowledgeEcp(one);
    CHECK(FsRtlIsEcpAcknowledged(one));
    FsRtlFreeExtraCreateParameter(one);
}

CONFORMANCE(FsRtlIsEcpAcknowledged, IsFalseForAFreshOne) {
    PVOID one;
    REQUIRE(NT_SUCCESS(FsRtlAllocateExtraCreateParameter(&First, 8, 0, NULL, CONFORMANCE_TAG, &one)));
    CHECK(!FsRtlIsEcpAcknowledged(one));
    FsRtlFreeExtraCreateParameter(one);
}

CONFORMANCE(FsRtlIsEcpFromUserMode, IsFalseForADriversOwn) {
    PVOID one;
    REQUIRE(NT_SUCCESS(FsRtlAllocateExtraCreateParameter(&First, 8, 0, NULL, CONFORMANCE_TAG, &one)));
    CHECK(!FsRtlIsEcpFromUserMode(one));
    FsRtlFreeExtraCreateParameter(one);
}
