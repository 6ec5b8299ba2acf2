/* SPDX-License-Identifier: GPL-2.0-only */
/* The boot screen: no page describes these; the names and their uses in public drivers do. Without
 * a boot driver they do no harm. */
#include "conformance.h"

NTSYSAPI BOOLEAN NTAPI InbvIsBootDriverInstalled(VOID);
NTSYSAPI ULONG NTAPI InbvSetTextColor(ULONG Color);
NTSYSAPI BOOLEAN NTAPI InbvEnableDisplayString(BOOLEAN Enable);
NTSYSAPI BOOLEAN NTAPI InbvDisplayString(PCSZ String);
NTSYSAPI VOID NTAPI InbvSolidColorFill(ULONG X1, ULONG Y1, ULONG X2, ULONG Y2, ULONG Color);
NTSYSAPI VOID NTAPI InbvAcquireDisplayOwnership(VOID);
NTSYSAPI BOOLEAN NTAPI InbvResetDisplay(VOID);

CONFORMANCE(InbvIsBootDriverInstalled, IsFalseWithoutADisplay) {
    CHECK_EQ(InbvIsBootDriverInstalled(), FALSE);
}

CONFORMANCE(InbvSetTextColor, ReturnsThePreviousColour) {
    ULONG before = InbvSetTextColor(4);
    CHECK_EQ(InbvSetTextColor(before), 4);
}

CONFORMANCE(InbvDisplayString, TakesTextWhileItIsEnabled) {
    BOOLEAN before = InbvEnableDisplayString(FALSE);
    CHECK(!InbvDisplayString("unseen\n"));
    CHECK_EQ(InbvEnableDisplayString(TRUE), FALSE);
    CHECK(InbvDisplayString("boot screen\n"));
    InbvEnableDisplayString(before);
}

CONFORMANCE(InbvSolidColorFill, DoesNoHarm) {
    InbvAcquireDisplayOwnership();
    CHECK_EQ(InbvResetDisplay(), FALSE);
    InbvSolidColorFill(0, 0, 639, 479, 4);
}
