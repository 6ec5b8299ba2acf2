/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlFreeOemString, FreesWhatAConversionAllocated) {
    UNICODE_STRING source = RTL_CONSTANT_STRING(L"abc");
    OEM_STRING text = {0};
    REQUIRE(RtlUnicodeStringToOemString(&text, &source, TRUE) == STATUS_SUCCESS);
    REQUIRE(text.Buffer != NULL);
    RtlFreeOemString(&text);
    text.Buffer = NULL;
    RtlFreeOemString(&text);
}
