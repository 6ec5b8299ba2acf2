// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetConfigurationInformation, IsOneStructureThatDriversCountIn) {
    PCONFIGURATION_INFORMATION counts = NULL;
    AT_IRQL(APC_LEVEL, counts = IoGetConfigurationInformation());
    REQUIRE(counts != NULL);
    CHECK_EQ(counts, IoGetConfigurationInformation());
    counts->SerialCount++;
    CHECK_EQ(IoGetConfigurationInformation()->SerialCount, counts->SerialCount);
    counts->SerialCount--;
}
