// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlMapGenericMask, ReplacesGenericRights) {
    ACCESS_MASK mask = GENERIC_READ | GENERIC_EXECUTE | DELETE;
    RtlMapGenericMask(&mask, (PGENERIC_MAPPING)&TestMapping);
    CHECK_EQ(mask, READ_CONTROL | 1 | 4 | DELETE);
    mask = GENERIC_ALL;
    RtlMapGenericMask(&mask, (PGENERIC_MAPPING)&TestMapping);
    CHECK_EQ(mask, STANDARD_RIGHTS_REQUIRED | 7);
}
CONFORMANCE(RtlMapGenericMask, LeavesOtherRights) {
    ACCESS_MASK mask = SYNCHRONIZE | 0x100;
    AT_IRQL(DISPATCH_LEVEL, RtlMapGenericMask(&mask, (PGENERIC_MAPPING)&TestMapping));
    CHECK_EQ(mask, SYNCHRONIZE | 0x100);
}
