/* SPDX-License-Identifier: GPL-2.0-only */
/* The code page variables of ntifs.h and wdm.h, which macros such as FsRtlIsLeadDbcsCharacter read.
 * Through the import table. */
#include "conformance.h"

extern BOOLEAN* const __imp_NlsMbCodePageTag;
extern BOOLEAN* const __imp_NlsMbOemCodePageTag;
extern USHORT* const __imp_NlsAnsiCodePage;
extern USHORT* const __imp_NlsOemCodePage;
extern PUSHORT* const __imp_NlsLeadByteInfo;
extern PUSHORT* const __imp_NlsOemLeadByteInfo;

/* Whether the page has lead bytes is what the tag says. */
static VOID CheckLeadBytes(BOOLEAN Tag, PUSHORT Info) {
    ULONG i, any = 0;
    REQUIRE(Info != NULL);
    for (i = 0; i < 256; i++) any |= Info[i];
    CHECK_EQ(any != 0, Tag != FALSE);
}

CONFORMANCE(NlsAnsiCodePage, NamesACodePage) {
    CHECK(*__imp_NlsAnsiCodePage >= 437 && *__imp_NlsAnsiCodePage <= 65001);
}

CONFORMANCE(NlsOemCodePage, NamesACodePage) {
    CHECK(*__imp_NlsOemCodePage >= 437 && *__imp_NlsOemCodePage <= 65001);
}

CONFORMANCE(NlsMbCodePageTag, AgreesWithTheSizesOfConversions) {
    UNICODE_STRING text = RTL_CONSTANT_STRING(L"\u00E4");
    if (!*__imp_NlsMbCodePageTag) CHECK_EQ(RtlxUnicodeStringToAnsiSize(&text), 2);
    CHECK(*__imp_NlsMbCodePageTag == FALSE || *__imp_NlsMbCodePageTag == TRUE);
}

CONFORMANCE(NlsMbOemCodePageTag, IsABoolean) {
    CHECK(*__imp_NlsMbOemCodePageTag == FALSE || *__imp_NlsMbOemCodePageTag == TRUE);
}

CONFORMANCE(NlsLeadByteInfo, HasLeadBytesOnlyInAMultibyteCodePage) {
    CheckLeadBytes(*__imp_NlsMbCodePageTag, *__imp_NlsLeadByteInfo);
}

CONFORMANCE(NlsOemLeadByteInfo, HasLeadBytesOnlyInAMultibyteCodePage) {
    CheckLeadBytes(*__imp_NlsMbOemCodePageTag, *__imp_NlsOemLeadByteInfo);
}
