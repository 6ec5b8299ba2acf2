/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisInitializeString, MakesUnicodeOfTheText) {
    NDIS_STRING string;
    NdisInitializeString(&string, (PUCHAR) "MTU");
    REQUIRE(string.Buffer != NULL);
    CHECK_EQ(string.Length, 6);
    CHECK_BYTES(string.Buffer, L"MTU", 6);
    NdisFreeMemory(string.Buffer, 0, 0);
}
CONFORMANCE(NdisInitializeString, MayBeEmpty) {
    NDIS_STRING string;
    NdisInitializeString(&string, (PUCHAR) "");
    CHECK_EQ(string.Length, 0);
    if (string.Buffer != NULL) NdisFreeMemory(string.Buffer, 0, 0);
}
