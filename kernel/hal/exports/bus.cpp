// SPDX-License-Identifier: GPL-2.0-only
// PCI configuration space, bus addresses and interrupt vectors, as old drivers ask for them.
#include <cstring>

#include "abi/functions/export.h"
#include "abi/functions/hal.h"
#include "kernel/arch/arch.hpp"
#include "kernel/hal/interrupt.hpp"
#include "kernel/hal/pci/bus.hpp"
#include "kernel/ke/processor.hpp"

using namespace rsl;

namespace {

constexpr ULONG kNoSuchBus = 0;
constexpr ULONG kNoSuchDevice = 2;  // as documented, with PCI_INVALID_VENDORID in the buffer

hal::pci::Address address_of(ULONG bus, ULONG slot) {
    PCI_SLOT_NUMBER number;
    number.u.AsULONG = slot;
    return {static_cast<uint8_t>(bus), static_cast<uint8_t>(number.u.bits.DeviceNumber),
            static_cast<uint8_t>(number.u.bits.FunctionNumber)};
}

bool is_bus(ULONG bus) { return bus <= hal::pci::topology().last_bus(); }
bool is_function(hal::pci::Address at) { return hal::pci::config_space().read16(at, hal::pci::kVendor) != PCI_INVALID_VENDORID; }

// The widest aligned access at `offset` that fits into `rest`.
ULONG step_at(ULONG offset, ULONG rest) {
    if (offset % 4 == 0 && rest >= 4) return 4;
    return offset % 2 == 0 && rest >= 2 ? 2 : 1;
}

ULONG read_config(hal::pci::Address at, void* buffer, ULONG offset, ULONG length) {
    const ULONG limit = hal::pci::config_bytes();
    if (offset >= limit) return 0;
    if (length > limit - offset) length = limit - offset;
    for (ULONG done = 0; done < length;) {
        const ULONG step = step_at(offset + done, length - done);
        const uint32_t value = hal::pci::config_space().read(at, offset + done, step);
        std::memcpy(static_cast<char*>(buffer) + done, &value, step);
        done += step;
    }
    return length;
}

ULONG write_config(hal::pci::Address at, const void* buffer, ULONG offset, ULONG length) {
    const ULONG limit = hal::pci::config_bytes();
    if (offset >= limit) return 0;
    if (length > limit - offset) length = limit - offset;
    for (ULONG done = 0; done < length;) {
        const ULONG step = step_at(offset + done, length - done);
        uint32_t value = 0;
        std::memcpy(&value, static_cast<const char*>(buffer) + done, step);
        hal::pci::config_space().write(at, offset + done, step, value);
        done += step;
    }
    return length;
}

}  // namespace

/// HalGetBusDataByOffset (ntddk.h) reads PCI configuration space.
///   IRQL     any
///   Returns  bytes read; 2 and PCI_INVALID_VENDORID for an empty slot; 0 for a bus that is not there
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-halgetbusdatabyoffset
///   Differs  PCIConfiguration only: other kinds of bus data give 0
RSL_EXPORT ULONG NTAPI HalGetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID Buffer,
                                             ULONG Offset, ULONG Length) {
    if (BusDataType != PCIConfiguration || !is_bus(BusNumber) || Length == 0) return kNoSuchBus;
    const auto at = address_of(BusNumber, SlotNumber);
    if (!is_function(at)) {
        const USHORT none = PCI_INVALID_VENDORID;
        std::memset(Buffer, 0xFF, Length);
        std::memcpy(Buffer, &none, Length < sizeof(none) ? Length : sizeof(none));
        return kNoSuchDevice;
    }
    return read_config(at, Buffer, Offset, Length);
}

/// HalGetBusData (ntddk.h) is HalGetBusDataByOffset from offset 0.
///   IRQL     any
///   Returns  as HalGetBusDataByOffset
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-halgetbusdatabyoffset
///   Differs  as HalGetBusDataByOffset
RSL_EXPORT ULONG NTAPI HalGetBusData(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID Buffer,
                                     ULONG Length) {
    return HalGetBusDataByOffset(BusDataType, BusNumber, SlotNumber, Buffer, 0, Length);
}

/// HalSetBusDataByOffset (ntddk.h) writes PCI configuration space.
///   IRQL     any
///   Returns  bytes written; 0 when there is no such function
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-halsetbusdatabyoffset
///   Differs  PCIConfiguration only
RSL_EXPORT ULONG NTAPI HalSetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID Buffer,
                                             ULONG Offset, ULONG Length) {
    if (BusDataType != PCIConfiguration || !is_bus(BusNumber)) return 0;
    const auto at = address_of(BusNumber, SlotNumber);
    return is_function(at) ? write_config(at, Buffer, Offset, Length) : 0;
}

/// HalSetBusData (ntddk.h) is HalSetBusDataByOffset from offset 0.
///   IRQL     any
///   Returns  as HalSetBusDataByOffset
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-halsetbusdatabyoffset
///   Differs  as HalSetBusDataByOffset
RSL_EXPORT ULONG NTAPI HalSetBusData(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID Buffer,
                                     ULONG Length) {
    return HalSetBusDataByOffset(BusDataType, BusNumber, SlotNumber, Buffer, 0, Length);
}

/// HalTranslateBusAddress (ntddk.h, obsolete) makes a processor's address of a bus address: the same
/// one, on every bus that we have. AddressSpace (0 memory, 1 ports) stays as it is.
///   IRQL     any
///   Returns  TRUE, or FALSE for a bus that is not there
///   Owner    -
///   Source   HAL section of the Windows NT DDK's documentation; use in public drivers
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI HalTranslateBusAddress(INTERFACE_TYPE InterfaceType, ULONG BusNumber, PHYSICAL_ADDRESS BusAddress,
                                                PULONG AddressSpace, PPHYSICAL_ADDRESS TranslatedAddress) {
    const bool known = InterfaceType == Internal || InterfaceType == Isa || InterfaceType == PCIBus;
    if (!known || (InterfaceType == PCIBus && !is_bus(BusNumber)) || *AddressSpace > 1) return FALSE;
    *TranslatedAddress = BusAddress;
    return TRUE;
}

/// HalGetInterruptVector (ntddk.h, obsolete) gives the vector and level of a bus interrupt.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the vector to pass to IoConnectInterrupt; 0 when there is no such line
///   Owner    -
///   Source   HAL section of the Windows NT DDK's documentation; use in public drivers
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI HalGetInterruptVector(INTERFACE_TYPE InterfaceType, ULONG BusNumber, ULONG BusInterruptLevel,
                                             ULONG BusInterruptVector, PKIRQL Irql, PKAFFINITY Affinity) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    constexpr ULONG kIsaLines = 16;
    hal::IsaLine line{BusInterruptLevel, hal::Trigger::kLevel, hal::Polarity::kHigh};  // a PCI line register's value
    if (InterfaceType == Isa || InterfaceType == Internal) {
        if (BusInterruptLevel >= kIsaLines) return 0;
        line = hal::isa_line(static_cast<uint8_t>(BusInterruptLevel));
    } else if (InterfaceType != PCIBus) {
        return 0;
    }
    const auto vector = hal::vector_of_line(line.gsi, line.trigger, line.polarity);
    if (!vector) return 0;
    *Irql = vector->irql;
    *Affinity = 1;
    return vector->vector;
}

/// HalMakeBeep (ntddk.h, obsolete) turns the PC speaker on at a frequency, or off with 0.
///   IRQL     any
///   Returns  TRUE, or FALSE when the machine has no speaker (the micro profile) or cannot do it
///   Owner    -
///   Source   use in public drivers
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI HalMakeBeep(ULONG Frequency) {
    constexpr uint32_t kTimerHz = 1193182;
    constexpr uint16_t kTimerCommand = 0x43, kTimerChannel2 = 0x42, kSpeaker = 0x61;
    constexpr uint8_t kSquareWave = 0xB6, kSpeakerOn = 3;
    if (hal::pci::topology().chipset() != hal::pci::Chipset::kQ35) return FALSE;
    const uint8_t control = arch::port_read8(kSpeaker);
    if (Frequency == 0) {
        arch::port_write8(kSpeaker, control & static_cast<uint8_t>(~kSpeakerOn));
        return TRUE;
    }
    const uint32_t divisor = kTimerHz / Frequency;
    if (divisor == 0 || divisor > 0xFFFF) return FALSE;
    arch::port_write8(kTimerCommand, kSquareWave);
    arch::port_write8(kTimerChannel2, static_cast<uint8_t>(divisor));
    arch::port_write8(kTimerChannel2, static_cast<uint8_t>(divisor >> 8));
    arch::port_write8(kSpeaker, control | kSpeakerOn);
    return TRUE;
}
