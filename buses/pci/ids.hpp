// SPDX-License-Identifier: GPL-2.0-only
// A PCI function's ids, as Microsoft documents them ("Identifiers for PCI Devices"). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rsl::pci {

/// What ids are made of: the function's header.
struct Identity {
    uint16_t vendor, device, subsystem_vendor, subsystem;
    uint8_t revision, base_class, sub_class, interface;
};

/// Each writes a list of strings, every one with its NUL, and one more NUL; returns the characters
/// written, 0 when they do not fit.
size_t write_device_id(const Identity& identity, std::span<char16_t> out);  // one string, one NUL
size_t write_hardware_ids(const Identity& identity, std::span<char16_t> out);
size_t write_compatible_ids(const Identity& identity, std::span<char16_t> out);
/// Unique among the functions of one bus only: the PnP manager adds the rest.
size_t write_instance_id(uint8_t device, uint8_t function, std::span<char16_t> out);
/// "PCI bus 0, device 4, function 0"
size_t write_location(uint8_t bus, uint8_t device, uint8_t function, std::span<char16_t> out);
/// What a function is, by its class, for people.
std::u16string_view describe_class(const Identity& identity);

}  // namespace rsl::pci
