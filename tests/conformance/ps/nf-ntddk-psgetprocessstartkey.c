// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

IMPORTED(ULONGLONG, PsGetProcessStartKey, PEPROCESS);

CONFORMANCE(PsGetProcessStartKey, IsAnotherForEachProcess) {
    PEPROCESS first = StartClient(L"key.exe"), second = StartClient(L"key.exe");
    REQUIRE(first != NULL && second != NULL);
    CHECK(ImportedPsGetProcessStartKey(first) != ImportedPsGetProcessStartKey(second));
    CHECK_EQ(ImportedPsGetProcessStartKey(first), ImportedPsGetProcessStartKey(first));
    EndClient(first);
    EndClient(second);
}
