/* SPDX-License-Identifier: GPL-2.0-only */
/* Its page is gone from the kernel's reference; ntifs.h has its prototype, and the rules are those
 * of a counted string. */
#include "conformance.h"

CONFORMANCE(RtlValidateUnicodeString, RefusesWhatCannotBeAString) {
    UNICODE_STRING good = RTL_CONSTANT_STRING(L"ok"), odd = {3, 4, (PWSTR)L"ab"};
    UNICODE_STRING tooLong = {6, 4, (PWSTR)L"abc"}, nowhere = {2, 2, NULL};
    CHECK_STATUS(RtlValidateUnicodeString(0, &good), STATUS_SUCCESS);
    CHECK_STATUS(RtlValidateUnicodeString(0, &odd), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlValidateUnicodeString(0, &tooLong), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlValidateUnicodeString(0, &nowhere), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlValidateUnicodeString(1, &good), STATUS_INVALID_PARAMETER);
}
