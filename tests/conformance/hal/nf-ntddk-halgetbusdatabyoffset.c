/* SPDX-License-Identifier: GPL-2.0-only */
/* With its relations: HalGetBusData, HalSetBusData and nf-ntddk-halsetbusdatabyoffset. PCI only, as
 * the pages say of later versions. */
#include "conformance.h"

NTHALAPI ULONG NTAPI HalGetBusData(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber,
                                   PVOID Buffer, ULONG Length);
NTHALAPI ULONG NTAPI HalSetBusData(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber,
                                   PVOID Buffer, ULONG Length);

static BOOLEAN IsPci(VOID) {
    USHORT vendor = 0;
    return HalGetBusDataByOffset(PCIConfiguration, 0, 0, &vendor, 0, sizeof(vendor)) ==
               sizeof(vendor) &&
           vendor != 0xFFFF;
}

CONFORMANCE(HalGetBusDataByOffset, ReadsAnyPartOfConfigurationSpace) {
    UCHAR whole[64], part[5];
    SKIP_UNLESS(IsPci(), "no PCI on this machine");
    CHECK_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, 0, whole, 0, sizeof(whole)), 64);
    CHECK_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, 0, part, 3, sizeof(part)), 5);
    CHECK_BYTES(part, whole + 3, 5);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, 0, part, 0, 2), 2));
}

CONFORMANCE(HalGetBusDataByOffset, TellsAnEmptySlotAndAMissingBus) {
    USHORT vendor = 0;
    PCI_SLOT_NUMBER slot;
    SKIP_UNLESS(IsPci(), "no PCI on this machine");
    slot.u.AsULONG = 0;
    slot.u.bits.DeviceNumber = 30;
    slot.u.bits.FunctionNumber = 7;
    CHECK_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, slot.u.AsULONG, &vendor, 0, sizeof(vendor)),
             2);
    CHECK_EQ(vendor, PCI_INVALID_VENDORID);
    CHECK_EQ(HalGetBusDataByOffset(PCIConfiguration, 250, 0, &vendor, 0, sizeof(vendor)), 0);
}

CONFORMANCE(HalGetBusData, ReadsFromOffsetZero) {
    UCHAR first[8], second[8];
    SKIP_UNLESS(IsPci(), "no PCI on this machine");
    CHECK_EQ(HalGetBusData(PCIConfiguration, 0, 0, first, sizeof(first)), 8);
    CHECK_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, 0, second, 0, sizeof(second)), 8);
    CHECK_BYTES(first, second, 8);
    CHECK_EQ(HalGetBusData(PCIConfiguration, 250, 0, first, sizeof(first)), 0);
}

/* The interrupt line register of a function is a byte for software to use. */
CONFORMANCE(HalSetBusDataByOffset, WritesWhatIsReadBack) {
    UCHAR old = 0, value = 0x5A, back = 0;
    ULONG slot = 0;
    PCI_COMMON_CONFIG config;
    SKIP_UNLESS(IsPci(), "no PCI on this machine");
    for (slot = 0; slot < 32; slot++) {
        if (HalGetBusData(PCIConfiguration, 0, slot, &config, 64) == 64 &&
            config.u.type0.InterruptPin != 0)
            break;
    }
    SKIP_UNLESS(slot < 32, "no function with an interrupt line");
    old = config.u.type0.InterruptLine;
    CHECK_EQ(HalSetBusDataByOffset(PCIConfiguration, 0, slot, &value, 0x3C, 1), 1);
    HalGetBusDataByOffset(PCIConfiguration, 0, slot, &back, 0x3C, 1);
    CHECK_EQ(back, 0x5A);
    HalSetBusDataByOffset(PCIConfiguration, 0, slot, &old, 0x3C, 1);
    CHECK_EQ(HalSetBusDataByOffset(PCIConfiguration, 250, 0, &value, 0x3C, 1), 0);
}

CONFORMANCE(HalSetBusData, WritesFromOffsetZero) {
    USHORT vendor = 0x1111, back = 0, before = 0;
    SKIP_UNLESS(IsPci(), "no PCI on this machine");
    HalGetBusData(PCIConfiguration, 0, 0, &before, sizeof(before));
    CHECK_EQ(HalSetBusData(PCIConfiguration, 0, 0, &vendor, sizeof(vendor)), 2);
    HalGetBusData(PCIConfiguration, 0, 0, &back, sizeof(back));
    CHECK_EQ(back, before); /* the vendor is read-only in every function */
    CHECK_EQ(HalSetBusData(PCIConfiguration, 250, 0, &vendor, sizeof(vendor)), 0);
}
