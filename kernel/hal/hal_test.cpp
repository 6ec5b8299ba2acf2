// SPDX-License-Identifier: GPL-2.0-only
// hal's exports on the real (virtual) machine. The interrupt tests use QEMU's edu device, which
// tests/boot/run_guest_tests gives to the VM.
#include <atomic>

#include "abi/functions/hal.h"
#include "abi/functions/mm.h"
#include "base/testing/test.hpp"
#include "kernel/arch/arch.hpp"
#include "kernel/hal/pci/bus.hpp"

namespace rsl::hal {
namespace {

constexpr uint16_t kEduVendor = 0x1234, kEduDevice = 0x11E8;

struct EduPlace {
    bool found = false;
    ULONG slot = 0;
    PCI_COMMON_HEADER header = {};
};

EduPlace find_edu() {
    EduPlace place;
    for (ULONG device = 0; device < 32 && !place.found; ++device) {
        PCI_SLOT_NUMBER slot = {};
        slot.u.bits.DeviceNumber = device & 31;
        const ULONG got = HalGetBusData(PCIConfiguration, 0, slot.u.AsULONG, &place.header, sizeof(place.header));
        place.found = got == sizeof(place.header) && place.header.VendorID == kEduVendor && place.header.DeviceID == kEduDevice;
        place.slot = slot.u.AsULONG;
    }
    return place;
}

/// The device's registers, mapped for a scope, and its interrupt as the service routine serves it.
class Edu {
  public:
    static constexpr uint64_t kBytes = 0x1000;
    enum : uint32_t { kIdentification = 0, kInverter = 1, kStatus = 0x24 / 4, kRaise = 0x60 / 4, kAcknowledge = 0x64 / 4 };

    explicit Edu(const EduPlace& place) {
        PHYSICAL_ADDRESS address = {};
        address.QuadPart = place.header.u.type0.BaseAddresses[0] & PCI_ADDRESS_MEMORY_ADDRESS_MASK;
        registers_ = static_cast<volatile ULONG*>(MmMapIoSpace(address, kBytes, MmNonCached));
    }
    ~Edu() { MmUnmapIoSpace(const_cast<ULONG*>(registers_), kBytes); }
    Edu(const Edu&) = delete;
    Edu& operator=(const Edu&) = delete;
    ULONG read(uint32_t index) const { return READ_REGISTER_ULONG(registers_ + index); }
    void write(uint32_t index, ULONG value) const { WRITE_REGISTER_ULONG(registers_ + index, value); }

    std::atomic<uint32_t> interrupts = 0;
    std::atomic<KIRQL> level = 0;
    static BOOLEAN NTAPI serve(PKINTERRUPT, PVOID context) {
        auto& edu = *static_cast<Edu*>(context);
        const ULONG status = edu.read(kStatus);
        if (status == 0) return FALSE;
        edu.write(kAcknowledge, status);
        edu.level = arch::irql();
        edu.interrupts.fetch_add(1);
        return TRUE;
    }
    bool wait_for_interrupts(uint32_t count) const {
        const uint64_t end = arch::now_ns() + 2'000'000'000;
        while (interrupts.load() < count) {
            if (arch::now_ns() > end) return false;
            arch::pause();
        }
        return true;
    }

  private:
    volatile ULONG* registers_;
};

RSL_TEST(HalBus, ReadsAndWritesConfigurationSpace) {
    const EduPlace place = find_edu();
    if (!place.found) RSL_SKIP("no edu device");
    USHORT device = 0;
    RSL_EXPECT_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, place.slot, &device, 2, sizeof(device)), 2u);
    RSL_EXPECT_EQ(device, kEduDevice);
    UCHAR line = 0x5A;
    const UCHAR old = place.header.u.type0.InterruptLine;
    RSL_EXPECT_EQ(HalSetBusDataByOffset(PCIConfiguration, 0, place.slot, &line, 0x3C, 1), 1u);
    line = 0;
    RSL_EXPECT_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, place.slot, &line, 0x3C, 1), 1u);
    RSL_EXPECT_EQ(line, 0x5A);
    line = old;
    HalSetBusDataByOffset(PCIConfiguration, 0, place.slot, &line, 0x3C, 1);
}

RSL_TEST(HalBus, TellsAnEmptySlotFromAMissingBus) {
    if (pci::topology().chipset() == pci::Chipset::kUnknown) RSL_SKIP("no PCI");
    PCI_SLOT_NUMBER slot = {};
    slot.u.bits.DeviceNumber = 30;
    slot.u.bits.FunctionNumber = 7;
    USHORT vendor = 0;
    RSL_EXPECT_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, slot.u.AsULONG, &vendor, 0, sizeof(vendor)), 2u);
    RSL_EXPECT_EQ(vendor, PCI_INVALID_VENDORID);
    RSL_EXPECT_EQ(HalGetBusDataByOffset(PCIConfiguration, 200, 0, &vendor, 0, sizeof(vendor)), 0u);
    RSL_EXPECT_EQ(HalGetBusDataByOffset(Cmos, 0, 0, &vendor, 0, sizeof(vendor)), 0u);
}

RSL_TEST(HalBus, ReadsAtAnyOffsetAndLength) {
    UCHAR whole[16] = {}, part[5] = {};
    RSL_EXPECT_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, 0, whole, 0, sizeof(whole)), 16u);
    RSL_EXPECT_EQ(HalGetBusDataByOffset(PCIConfiguration, 0, 0, part, 3, sizeof(part)), 5u);
    for (size_t i = 0; i < sizeof(part); ++i) RSL_EXPECT_EQ(part[i], whole[i + 3]);
}

RSL_TEST(HalBus, TranslatesAddressesToThemselves) {
    PHYSICAL_ADDRESS bus = {}, translated = {};
    bus.QuadPart = 0xC0001000;
    ULONG space = 0;
    RSL_EXPECT(HalTranslateBusAddress(PCIBus, 0, bus, &space, &translated) != 0);
    RSL_EXPECT_EQ(translated.QuadPart, bus.QuadPart);
    RSL_EXPECT_EQ(space, 0u);
    RSL_EXPECT(HalTranslateBusAddress(PCIBus, 250, bus, &space, &translated) == 0);
}

RSL_TEST(HalInterrupt, ALineInterruptReachesItsRoutine) {
    const EduPlace place = find_edu();
    if (!place.found) RSL_SKIP("no edu device");
    Edu edu(place);
    RSL_EXPECT_EQ(edu.read(Edu::kIdentification), 0x010000EDu);
    KIRQL irql = 0;
    KAFFINITY affinity = 0;
    const ULONG line = place.header.u.type0.InterruptLine;
    const ULONG vector = HalGetInterruptVector(PCIBus, 0, line, line, &irql, &affinity);
    RSL_REQUIRE(vector != 0);
    PKINTERRUPT interrupt = nullptr;
    RSL_REQUIRE(IoConnectInterrupt(&interrupt, &Edu::serve, &edu, nullptr, vector, irql, irql, LevelSensitive, TRUE, affinity, FALSE) >= 0);
    for (uint32_t round = 1; round <= 3; ++round) {
        edu.write(Edu::kRaise, 1);
        RSL_EXPECT(edu.wait_for_interrupts(round));
    }
    RSL_EXPECT_EQ(edu.level.load(), irql);
    // Under the interrupt's lock nothing arrives; it is not lost.
    const KIRQL old = KeAcquireInterruptSpinLock(interrupt);
    RSL_EXPECT_EQ(arch::irql(), irql);
    edu.write(Edu::kRaise, 1);
    KeStallExecutionProcessor(100);
    const uint32_t under_lock = edu.interrupts.load();
    KeReleaseInterruptSpinLock(interrupt, old);
    RSL_EXPECT(under_lock == 3);
    RSL_EXPECT(edu.wait_for_interrupts(4));
    const BOOLEAN answer = KeSynchronizeExecution(interrupt, [](PVOID context) -> BOOLEAN {
        return *static_cast<KIRQL*>(context) == arch::irql();
    }, &irql);
    RSL_EXPECT(answer != 0);
    IoDisconnectInterrupt(interrupt);
    RSL_EXPECT_EQ(arch::irql(), PASSIVE_LEVEL);
}

RSL_TEST(HalInterrupt, ALineIsSharedOnlyWhenAllAgree) {
    const EduPlace place = find_edu();
    if (!place.found) RSL_SKIP("no edu device");
    Edu edu(place);
    KIRQL irql = 0;
    KAFFINITY affinity = 0;
    const ULONG line = place.header.u.type0.InterruptLine;
    IO_CONNECT_INTERRUPT_PARAMETERS parameters = {};
    PKINTERRUPT first = nullptr, second = nullptr, third = nullptr;
    parameters.Version = CONNECT_FULLY_SPECIFIED;
    auto& full = parameters.FullySpecified;
    full.ServiceRoutine = [](PKINTERRUPT, PVOID) -> BOOLEAN { return FALSE; };  // never its device
    full.Vector = HalGetInterruptVector(PCIBus, 0, line, line, &irql, &affinity);
    full.Irql = full.SynchronizeIrql = irql;
    full.ShareVector = TRUE;
    full.ProcessorEnableMask = affinity;
    full.InterruptObject = &first;
    RSL_REQUIRE(IoConnectInterruptEx(&parameters) >= 0);
    full.InterruptObject = &third;
    full.ShareVector = FALSE;
    RSL_EXPECT(IoConnectInterruptEx(&parameters) < 0);
    RSL_EXPECT(third == nullptr);
    RSL_REQUIRE(IoConnectInterrupt(&second, &Edu::serve, &edu, nullptr, full.Vector, irql, irql, LevelSensitive, TRUE, affinity, FALSE) >= 0);
    edu.write(Edu::kRaise, 1);
    RSL_EXPECT(edu.wait_for_interrupts(1));
    IO_DISCONNECT_INTERRUPT_PARAMETERS leave = {};
    leave.Version = CONNECT_FULLY_SPECIFIED;
    leave.ConnectionContext.InterruptObject = first;
    IoDisconnectInterruptEx(&leave);
    edu.write(Edu::kRaise, 1);
    RSL_EXPECT(edu.wait_for_interrupts(2));
    IoDisconnectInterrupt(second);
}

RSL_TEST(HalInterrupt, RefusesVectorsThatNobodyWasGiven) {
    PKINTERRUPT interrupt = nullptr;
    RSL_EXPECT(IoConnectInterrupt(&interrupt, &Edu::serve, nullptr, nullptr, 0x2F, 2, 2, Latched, FALSE, 1, FALSE) < 0);
    RSL_EXPECT(IoConnectInterrupt(&interrupt, &Edu::serve, nullptr, nullptr, 0xC7, 12, 12, Latched, FALSE, 1, FALSE) < 0);
    RSL_EXPECT(interrupt == nullptr);
}

RSL_TEST(HalClock, StallsAsLongAsAsked) {
    LARGE_INTEGER frequency = {};
    const LARGE_INTEGER before = KeQueryPerformanceCounter(&frequency);
    KeStallExecutionProcessor(500);
    const LARGE_INTEGER after = KeQueryPerformanceCounter(nullptr);
    RSL_EXPECT_EQ(frequency.QuadPart, 10'000'000);
    RSL_EXPECT(after.QuadPart - before.QuadPart >= 5'000);
}

// The serial port's scratch register keeps what is written.
RSL_TEST(HalPorts, KeepsEachWidthToItsPort) {
    auto* const scratch = reinterpret_cast<PUCHAR>(uintptr_t{0x3FF});
    WRITE_PORT_UCHAR(scratch, 0xA5);
    RSL_EXPECT_EQ(READ_PORT_UCHAR(scratch), 0xA5);
    UCHAR bytes[3] = {1, 2, 3};
    WRITE_PORT_BUFFER_UCHAR(scratch, bytes, 3);
    READ_PORT_BUFFER_UCHAR(scratch, bytes, 2);
    RSL_EXPECT_EQ(bytes[0], 3);
    RSL_EXPECT_EQ(bytes[1], 3);
}

RSL_TEST(HalPorts, ReadsWordsOfConfigurationPorts) {
    if (pci::topology().chipset() != pci::Chipset::kQ35) RSL_SKIP("the micro profile has no such ports");
    auto* const address = reinterpret_cast<PULONG>(uintptr_t{0xCF8});
    WRITE_PORT_ULONG(address, 0x80000000);
    RSL_EXPECT_EQ(READ_PORT_ULONG(address), 0x80000000u);
    RSL_EXPECT_EQ(READ_PORT_USHORT(reinterpret_cast<PUSHORT>(uintptr_t{0xCFC})), 0x8086);
}

RSL_TEST(HalRegisters, AccessEachWidth) {
    alignas(8) volatile ULONG64 memory = 0;
    WRITE_REGISTER_ULONG64(&memory, 0x1122334455667788);
    RSL_EXPECT_EQ(READ_REGISTER_ULONG64(&memory), ULONG64{0x1122334455667788});
    WRITE_REGISTER_UCHAR(reinterpret_cast<volatile UCHAR*>(&memory), 0xAA);
    RSL_EXPECT_EQ(READ_REGISTER_USHORT(reinterpret_cast<volatile USHORT*>(&memory)), 0x77AA);
    WRITE_REGISTER_USHORT(reinterpret_cast<volatile USHORT*>(&memory), 0xBBCC);
    RSL_EXPECT_EQ(READ_REGISTER_UCHAR(reinterpret_cast<volatile UCHAR*>(&memory)), 0xCC);
}

}  // namespace
}  // namespace rsl::hal
