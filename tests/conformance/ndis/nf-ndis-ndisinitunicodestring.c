/* SPDX-License-Identifier: GPL-2.0-only */
#include "legacy.h"

CONFORMANCE(NdisInitUnicodeString, CountsBytesWithoutTheNul) {
    static const WCHAR kText[] = L"Speed";
    NDIS_STRING text;
    AT_IRQL(DISPATCH_LEVEL, NdisInitUnicodeString(&text, kText));
    CHECK_TEXT(&text, L"Speed");
    CHECK_EQ(text.MaximumLength, sizeof(kText));
    CHECK(text.Buffer == kText);
}
CONFORMANCE(NdisInitUnicodeString, OfNothingIsEmpty) {
    NDIS_STRING text;
    NdisInitUnicodeString(&text, NULL);
    CHECK_EQ(text.Length, 0);
    CHECK_EQ(text.MaximumLength, 0);
}
