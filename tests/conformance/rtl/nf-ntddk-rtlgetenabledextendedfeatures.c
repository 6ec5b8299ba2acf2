/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

NTSYSAPI ULONG64 NTAPI RtlGetEnabledExtendedFeatures(ULONG64 FeatureMask);

CONFORMANCE(RtlGetEnabledExtendedFeatures, IsTheIntersectionWithTheMask) {
    ULONG64 all = RtlGetEnabledExtendedFeatures(~0ull);
    CHECK_EQ(RtlGetEnabledExtendedFeatures(0), 0);
    CHECK_EQ(RtlGetEnabledExtendedFeatures(3), all & 3);
    CHECK_EQ(RtlGetEnabledExtendedFeatures(~3ull), all & ~3ull);
}
