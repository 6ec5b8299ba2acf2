/* SPDX-License-Identifier: GPL-2.0-only */
/* ntddk.h has the table; the page of HalExamineMBR describes one of its functions. What it has to
 * have is a version and functions that can be called. */
#include "conformance.h"

#undef HalDispatchTable /* ntddk.h makes macros of the table's name and of its functions' */
#undef HalQuerySystemInformation
#undef HalSetSystemInformation
#undef HalExamineMBR
extern HAL_DISPATCH* const __imp_HalDispatchTable;

CONFORMANCE(HalDispatchTable, HasAVersionAndFunctionsThatRefuseWhatTheyCannotDo) {
    ULONG returned = 77;
    UCHAR buffer[16];
    PVOID record = buffer;
    CHECK(__imp_HalDispatchTable->Version >= 3);
    REQUIRE(__imp_HalDispatchTable->HalQuerySystemInformation != NULL);
    CHECK(!NT_SUCCESS(__imp_HalDispatchTable->HalQuerySystemInformation(0x7FFF, sizeof(buffer),
                                                                        buffer, &returned)));
    CHECK(!NT_SUCCESS(
        __imp_HalDispatchTable->HalSetSystemInformation(0x7FFF, sizeof(buffer), buffer)));
    __imp_HalDispatchTable->HalExamineMBR(ConformanceDevice, 512, 0x55, &record);
    CHECK_EQ(record, NULL);
}
