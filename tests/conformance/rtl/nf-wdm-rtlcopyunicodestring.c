/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlCopyUnicodeString, CopiesWhatFits) {
    WCHAR buffer[4] = {L'#', L'#', L'#', L'#'};
    UNICODE_STRING to = {0, 3 * sizeof(WCHAR), buffer};
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"abcdef");
    RtlCopyUnicodeString(&to, &from);
    CHECK_TEXT(&to, L"abc");
    CHECK_EQ(buffer[3], L'#');
    CHECK_EQ(to.MaximumLength, 3 * sizeof(WCHAR));
}

CONFORMANCE(RtlCopyUnicodeString, NullSourceSetsLengthZero) {
    WCHAR buffer[2] = {L'a', L'b'};
    UNICODE_STRING to = {4, 4, buffer};
    AT_IRQL(DISPATCH_LEVEL, RtlCopyUnicodeString(&to, NULL));
    CHECK_EQ(to.Length, 0);
    CHECK_EQ(to.MaximumLength, 4);
    CHECK_EQ(to.Buffer, buffer);
}
