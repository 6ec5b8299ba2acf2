/* SPDX-License-Identifier: GPL-2.0-only */
/* With its three siblings, each with a page of its own. Headers make macros of the names; the
 * functions are there for MmGetSystemRoutineAddress and for drivers that link to them. */
#include "conformance.h"

extern ULONG(NTAPI* const __imp_RtlAnsiStringToUnicodeSize)(const STRING*);
extern ULONG(NTAPI* const __imp_RtlOemStringToUnicodeSize)(const STRING*);
extern ULONG(NTAPI* const __imp_RtlUnicodeStringToAnsiSize)(PCUNICODE_STRING);
extern ULONG(NTAPI* const __imp_RtlUnicodeStringToOemSize)(PCUNICODE_STRING);
#undef RtlAnsiStringToUnicodeSize
#undef RtlOemStringToUnicodeSize
#undef RtlUnicodeStringToAnsiSize
#undef RtlUnicodeStringToOemSize

CONFORMANCE(RtlAnsiStringToUnicodeSize, CountsTheTerminator) {
    STRING text;
    RtlInitString(&text, "abc");
    CHECK_EQ(__imp_RtlAnsiStringToUnicodeSize(&text), 8);
}

CONFORMANCE(RtlOemStringToUnicodeSize, CountsTheTerminator) {
    STRING text;
    RtlInitString(&text, "abc");
    CHECK_EQ(__imp_RtlOemStringToUnicodeSize(&text), 8);
}

CONFORMANCE(RtlUnicodeStringToAnsiSize, CountsTheTerminator) {
    UNICODE_STRING text = RTL_CONSTANT_STRING(L"abc");
    CHECK_EQ(__imp_RtlUnicodeStringToAnsiSize(&text), 4);
}

CONFORMANCE(RtlUnicodeStringToOemSize, CountsTheTerminator) {
    UNICODE_STRING text = RTL_CONSTANT_STRING(L"abc");
    CHECK_EQ(__imp_RtlUnicodeStringToOemSize(&text), 4);
}
