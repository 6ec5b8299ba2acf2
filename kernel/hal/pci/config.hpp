// SPDX-License-Identifier: GPL-2.0-only
// PCI configuration space: where a function is, and reading and writing its registers.
#pragma once

#include <cstdint>

namespace rsl::hal::pci {

struct Address {
    uint8_t bus = 0, device = 0, function = 0;
    friend constexpr bool operator==(Address, Address) = default;
};

/// Registers of every function. A function that is not there reads as all ones. Any IRQL.
class ConfigSpace {
  public:
    /// `bytes` is 1, 2 or 4, and `offset` a multiple of it.
    virtual uint32_t read(Address at, uint32_t offset, uint32_t bytes) = 0;
    virtual void write(Address at, uint32_t offset, uint32_t bytes, uint32_t value) = 0;

    uint8_t read8(Address at, uint32_t offset) { return static_cast<uint8_t>(read(at, offset, 1)); }
    uint16_t read16(Address at, uint32_t offset) { return static_cast<uint16_t>(read(at, offset, 2)); }
    uint32_t read32(Address at, uint32_t offset) { return read(at, offset, 4); }
    void write8(Address at, uint32_t offset, uint8_t value) { write(at, offset, 1, value); }
    void write16(Address at, uint32_t offset, uint16_t value) { write(at, offset, 2, value); }
    void write32(Address at, uint32_t offset, uint32_t value) { write(at, offset, 4, value); }
    /// Writes a register that maps or unmaps memory of a device. IRQL <= DISPATCH_LEVEL, no spin lock held.
    virtual void write_mapping16(Address at, uint32_t offset, uint16_t value) { write16(at, offset, value); }

  protected:
    ~ConfigSpace() = default;
};

/// The machine's. Valid from hal::initialize() on; without PCI every read gives all ones.
ConfigSpace& config_space();
/// Bytes of configuration space a function has there: 4096 by memory, 256 by ports.
uint32_t config_bytes();

enum Register : uint32_t {
    kVendor = 0x00, kDeviceId = 0x02, kCommand = 0x04, kStatus = 0x06, kClass = 0x08, kHeaderType = 0x0E,
    kBar0 = 0x10, kPrimaryBus = 0x18, kSecondaryBus = 0x19, kSubordinateBus = 0x1A, kIoBase = 0x1C, kIoLimit = 0x1D,
    kMemoryBase = 0x20, kMemoryLimit = 0x22, kPrefetchBase = 0x24, kPrefetchLimit = 0x26, kCapabilities = 0x34,
    kInterruptLine = 0x3C, kInterruptPin = 0x3D,
};

}  // namespace rsl::hal::pci
