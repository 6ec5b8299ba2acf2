/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

static PVOID Find(PCWSTR text) {
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, text);
    return NdisGetRoutineAddress(&name);
}

CONFORMANCE(NdisGetRoutineAddress, FindsAFunction) {
    NDIS_UINT(NTAPI * version)(VOID) = Find(L"NdisGetVersion");
    REQUIRE(version != NULL);
    CHECK_EQ(version(), NdisGetVersion());
    CHECK(Find(L"NdisAllocateMdl") != NULL);
}
CONFORMANCE(NdisGetRoutineAddress, IsNullForWhatIsNotThere) {
    CHECK(Find(L"NdisDoesNotExist") == NULL);
    CHECK(Find(L"NdisGetVersio") == NULL);
    CHECK(Find(L"ndisgetversion") == NULL);
    CHECK(Find(L"") == NULL);
}
