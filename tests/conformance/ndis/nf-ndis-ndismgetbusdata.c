/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

CONFORMANCE(NdisMGetBusData, ReadsTheDevicesConfiguration) {
    UCHAR bytes[8] = {0};
    ULONG read = 0;
    MiniportNew();
    REQUIRE(MiniportUp());
    AT_IRQL(DISPATCH_LEVEL, read = NdisMGetBusData(Miniport.Adapter, PCI_WHICHSPACE_CONFIG, 0x10,
                                                   bytes, sizeof(bytes)));
    CHECK_EQ(read, sizeof(bytes));
    CHECK_EQ(bytes[0], 0x10);
    CHECK_EQ(bytes[7], 0x17);
    MiniportDown();
}
CONFORMANCE(NdisMGetBusData, TellsHowManyBytesThereWere) {
    UCHAR bytes[8];
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK_EQ(NdisMGetBusData(Miniport.Adapter, PCI_WHICHSPACE_CONFIG, 252, bytes, 8), 4);
    CHECK_EQ(NdisMGetBusData(Miniport.Adapter, PCI_WHICHSPACE_CONFIG, 256, bytes, 8), 0);
    MiniportDown();
}
CONFORMANCE(NdisMSetBusData, WritesTheDevicesConfiguration) {
    UCHAR bytes[4] = {0xDE, 0xAD, 0xBE, 0xEF};
    ULONG written = 0;
    MiniportNew();
    REQUIRE(MiniportUp());
    AT_IRQL(DISPATCH_LEVEL, written = NdisMSetBusData(Miniport.Adapter, PCI_WHICHSPACE_CONFIG, 0x40,
                                                      bytes, sizeof(bytes)));
    CHECK_EQ(written, sizeof(bytes));
    CHECK(RtlCompareMemory(TestConfiguration + 0x40, bytes, 4) == 4);
    CHECK_EQ(TestConfiguration[0x44], 0x44);
    CHECK_EQ(NdisMSetBusData(Miniport.Adapter, PCI_WHICHSPACE_CONFIG, 256, bytes, 4), 0);
    MiniportDown();
}
