/* SPDX-License-Identifier: GPL-2.0-only */
/* HalTranslateBusAddress, HalGetInterruptVector and HalMakeBeep left the reference after Windows
 * XP; the facts are from ntddk.h and from the drivers that still import them. */
#include "conformance.h"

NTHALAPI BOOLEAN NTAPI HalTranslateBusAddress(INTERFACE_TYPE InterfaceType, ULONG BusNumber,
                                              PHYSICAL_ADDRESS BusAddress, PULONG AddressSpace,
                                              PPHYSICAL_ADDRESS TranslatedAddress);
NTHALAPI ULONG NTAPI HalGetInterruptVector(INTERFACE_TYPE InterfaceType, ULONG BusNumber,
                                           ULONG BusInterruptLevel, ULONG BusInterruptVector,
                                           PKIRQL Irql, PKAFFINITY Affinity);
NTHALAPI BOOLEAN NTAPI HalMakeBeep(ULONG Frequency);

CONFORMANCE(HalTranslateBusAddress, KeepsAddressesOfThePc) {
    PHYSICAL_ADDRESS bus, translated;
    ULONG space = 0;
    bus.QuadPart = 0xE0000000;
    CHECK(HalTranslateBusAddress(PCIBus, 0, bus, &space, &translated));
    CHECK_EQ(space, 0);
    CHECK_EQ(translated.QuadPart, bus.QuadPart);
    space = 1;
    bus.QuadPart = 0x3F8;
    AT_IRQL(DISPATCH_LEVEL, CHECK(HalTranslateBusAddress(Isa, 0, bus, &space, &translated)));
    CHECK_EQ(space, 1);
    CHECK_EQ(translated.QuadPart, 0x3F8);
}

CONFORMANCE(HalTranslateBusAddress, RefusesABusThatIsNotThere) {
    PHYSICAL_ADDRESS bus = {.QuadPart = 0}, translated;
    ULONG space = 0;
    CHECK(!HalTranslateBusAddress(PCIBus, 250, bus, &space, &translated));
    CHECK(!HalTranslateBusAddress(MicroChannel, 0, bus, &space, &translated));
}

CONFORMANCE(HalGetInterruptVector, GivesVectorLevelAndProcessors) {
    KIRQL irql = 0;
    KAFFINITY affinity = 0;
    ULONG vector = HalGetInterruptVector(Isa, 0, 4, 4, &irql, &affinity);
    SKIP_UNLESS(vector != 0, "the machine has no such line");
    CHECK(irql > DISPATCH_LEVEL && irql < HIGH_LEVEL);
    CHECK(affinity != 0);
    CHECK(HalGetInterruptVector(Isa, 0, 5, 5, &irql, &affinity) != vector);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(HalGetInterruptVector(Isa, 0, 99, 99, &irql, &affinity), 0));
}

CONFORMANCE(HalMakeBeep, RefusesWhatNoSpeakerCanDo) {
    CHECK(!HalMakeBeep(1));
    SKIP_UNLESS(HalMakeBeep(1000), "no speaker on this machine");
    AT_IRQL(DISPATCH_LEVEL, CHECK(HalMakeBeep(0)));
}
