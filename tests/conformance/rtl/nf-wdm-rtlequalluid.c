/* SPDX-License-Identifier: GPL-2.0-only */
/* With RtlCopyLuidAndAttributesArray (ntifs.h). wdm.h has a function of its own by the first name,
 * so: through the import table. */
#include "conformance.h"

extern BOOLEAN(NTAPI* const __imp_RtlEqualLuid)(PLUID, PLUID);
extern VOID(NTAPI* const __imp_RtlCopyLuidAndAttributesArray)(ULONG, PLUID_AND_ATTRIBUTES,
                                                              PLUID_AND_ATTRIBUTES);

CONFORMANCE(RtlEqualLuid, ComparesBothParts) {
    LUID a = {1, 2}, same = {1, 2}, low = {3, 2}, high = {1, 4};
    CHECK(__imp_RtlEqualLuid(&a, &same));
    CHECK(!__imp_RtlEqualLuid(&a, &low));
    AT_IRQL(DISPATCH_LEVEL, CHECK(!__imp_RtlEqualLuid(&a, &high)));
}

CONFORMANCE(RtlCopyLuidAndAttributesArray, CopiesSoMany) {
    LUID_AND_ATTRIBUTES from[2] = {{{1, 2}, 3}, {{4, 5}, 6}}, to[2] = {{{0, 0}, 0}, {{0, 0}, 9}};
    __imp_RtlCopyLuidAndAttributesArray(1, from, to);
    CHECK_BYTES(&to[0], &from[0], sizeof(to[0]));
    CHECK_EQ(to[1].Attributes, 9);
}
