/* SPDX-License-Identifier: GPL-2.0-only */
/* Its page is gone from the kernel's reference; flags are those of ntifs.h. */
#include "conformance.h"

CONFORMANCE(RtlDuplicateUnicodeString, CopiesAndTerminatesWhenAsked) {
    UNICODE_STRING source = RTL_CONSTANT_STRING(L"copy"), copy = {0};
    source.Length = 6;
    REQUIRE(RtlDuplicateUnicodeString(RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE, &source,
                                      &copy) == STATUS_SUCCESS);
    CHECK_TEXT(&copy, L"cop");
    CHECK_EQ(copy.MaximumLength, 8);
    CHECK_EQ(copy.Buffer[3], 0);
    CHECK(copy.Buffer != source.Buffer);
    RtlFreeUnicodeString(&copy);
}

CONFORMANCE(RtlDuplicateUnicodeString, AllocatesForAnEmptyStringOnlyWhenAsked) {
    UNICODE_STRING empty = {0}, copy = {2, 2, (PWSTR)L"x"};
    CHECK_STATUS(RtlDuplicateUnicodeString(0, &empty, &copy), STATUS_SUCCESS);
    CHECK_EQ(copy.Buffer, NULL);
    CHECK_EQ(copy.Length, 0);
    CHECK_STATUS(RtlDuplicateUnicodeString(3, &empty, &copy), STATUS_SUCCESS);
    CHECK_EQ(copy.Length, 0);
    REQUIRE(copy.Buffer != NULL);
    CHECK_EQ(copy.Buffer[0], 0);
    RtlFreeUnicodeString(&copy);
    CHECK_STATUS(RtlDuplicateUnicodeString(2, &empty, &copy), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlDuplicateUnicodeString(8, &empty, &copy), STATUS_INVALID_PARAMETER);
}
