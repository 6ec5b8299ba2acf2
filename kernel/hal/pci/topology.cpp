// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/pci/topology.hpp"

#include <bit>

#include "base/core/bytes.hpp"

namespace rsl::hal::pci {
namespace {

constexpr uint64_t kMegabyte = 1 << 20;
constexpr uint64_t kHotPlugWindowBytes = 16 * kMegabyte;
constexpr uint16_t kDecodeIo = 1, kDecodeMemory = 2, kBusMaster = 4;
constexpr uint16_t kNoVendor = 0xFFFF;
constexpr uint8_t kManyFunctions = 0x80, kHeaderMask = 0x7F, kBridgeHeader = 1;
constexpr uint32_t kBarIo = 1, kBarWide = 4, kBarPrefetchable = 8;
constexpr uint8_t kCapabilityMsi = 0x05, kCapabilityExpress = 0x10, kCapabilityMsix = 0x11;
constexpr int kMostCapabilities = 48;  // as many as fit; a loop in the list ends there
constexpr uint32_t kSlotCapabilities = 0x14, kSlotHotPlug = 1 << 6;
constexpr uint32_t kExpressSlotImplemented = 1 << 8;
constexpr uint64_t kLeastBridgeWindow = kMegabyte;

unsigned bar_count(const Function& function) { return function.header == kBridgeHeader ? 2 : 6; }

// The size of a BAR is what its writable bits leave. Decoding is off meanwhile.
void size_bars(ConfigSpace& config, Function& function) {
    const uint16_t command = config.read16(function.at, kCommand);
    config.write16(function.at, kCommand, static_cast<uint16_t>(command & ~(kDecodeIo | kDecodeMemory)));
    for (unsigned i = 0; i < bar_count(function); ++i) {
        const uint32_t at = kBar0 + i * 4;
        Bar& bar = function.bars[i];
        config.write32(function.at, at, ~0u);
        const uint32_t low = config.read32(function.at, at);
        config.write32(function.at, at, 0);
        if (low == 0 || low == ~0u) continue;
        bar.io = (low & kBarIo) != 0;
        bar.wide = !bar.io && (low & 6) == kBarWide;
        bar.prefetchable = !bar.io && (low & kBarPrefetchable) != 0;
        uint64_t mask = bar.io ? (low & ~3u) | 0xFFFFFFFF00000000 : (low & ~15u) | 0xFFFFFFFF00000000;
        if (bar.io && (low >> 16) == 0) mask |= 0xFFFF0000;  // ports have 16 bits
        if (bar.wide) {
            config.write32(function.at, at + 4, ~0u);
            mask = (mask & 0xFFFFFFFF) | uint64_t{config.read32(function.at, at + 4)} << 32;
            config.write32(function.at, at + 4, 0);
        }
        bar.range = {0, ~mask + 1};
        if (bar.wide) ++i;
    }
}

}  // namespace

uint32_t gsi_of_pin(Chipset chipset, uint8_t device, uint8_t pin, bool two_io_apics) {
    const uint32_t turn = (device + pin - 1u) & 3;
    // ICH9's DnIR registers, as they are after reset: the pins of devices 25 and up do not turn.
    if (chipset == Chipset::kQ35) return device >= 25 ? 16 + pin - 1u : 20 + turn;
    return (two_io_apics ? 16 : 12) + turn;
}

int Topology::find(Address address) const {
    for (int i = 0; i < kMaxFunctions; ++i) {
        if (at(i).present && at(i).at == address) return i;
    }
    return kNoParent;
}

// A pin behind bridges turns by the device number at each of them.
uint32_t Topology::route(const Function& function) const {
    uint8_t pin = function.pin;
    const Function* here = &function;
    while (here->parent != kNoParent) {
        pin = static_cast<uint8_t>((pin - 1 + here->at.device) % 4 + 1);
        here = &at(here->parent);
    }
    return gsi_of_pin(chipset_, here->at.device, pin, two_io_apics_);
}

void Topology::read_capabilities(ConfigSpace& config, Function& function) {
    constexpr uint16_t kHasList = 0x10;
    if ((config.read16(function.at, kStatus) & kHasList) == 0) return;
    uint8_t at = config.read8(function.at, kCapabilities) & 0xFC;
    for (int i = 0; at >= 0x40 && i < kMostCapabilities; ++i) {
        const uint8_t id = config.read8(function.at, at);
        if (id == kCapabilityMsi) function.msi = at;
        if (id == kCapabilityMsix) function.msix = at;
        if (id == kCapabilityExpress) function.express = at;
        at = config.read8(function.at, at + 1u) & 0xFC;
    }
}

void Topology::read_function(ConfigSpace& config, Function& function) {
    function.vendor = config.read16(function.at, kVendor);
    function.device = config.read16(function.at, kDeviceId);
    function.class_code = config.read32(function.at, kClass) >> 8;
    function.header = config.read8(function.at, kHeaderType) & kHeaderMask;
    function.pin = config.read8(function.at, kInterruptPin);
    if (function.pin > 4) function.pin = 0;
    read_capabilities(config, function);
    if (function.header <= kBridgeHeader) size_bars(config, function);
    if (function.header == kBridgeHeader && function.express != 0) {
        const bool slot = (config.read16(function.at, function.express + 2u) & kExpressSlotImplemented) != 0;
        function.hot_plug = slot && (config.read32(function.at, function.express + kSlotCapabilities) & kSlotHotPlug) != 0;
    }
    if (function.pin != 0) {
        function.gsi = route(function);
        config.write8(function.at, kInterruptLine, static_cast<uint8_t>(function.gsi));
    }
}

int Topology::add(ConfigSpace& config, Address address, int parent) {
    for (int i = 0; i < kMaxFunctions; ++i) {
        Function& function = mutable_at(i);
        if (function.present) continue;
        function = {};
        function.present = true;
        function.at = address;
        function.parent = parent;
        read_function(config, function);
        return i;
    }
    ++unassigned_;
    return kNoParent;
}

void Topology::scan_bus(ConfigSpace& config, uint8_t bus, int parent) {
    // Below a PCI Express port there is one device.
    const uint8_t devices = parent != kNoParent && at(parent).express != 0 ? 1 : 32;
    for (uint8_t device = 0; device < devices; ++device) {
        const Address first{bus, device, 0};
        if (config.read16(first, kVendor) == kNoVendor) continue;
        const uint8_t functions = (config.read8(first, kHeaderType) & kManyFunctions) != 0 ? 8 : 1;
        for (uint8_t number = 0; number < functions; ++number) {
            const Address address{bus, device, number};
            if (number != 0 && config.read16(address, kVendor) == kNoVendor) continue;
            if (bus == 0 && device == 0 && number == 0) {
                constexpr uint32_t kQ35Host = 0x29C08086, kGenericHost = 0x00081B36;
                const uint32_t host = config.read32(address, kVendor);
                chipset_ = host == kQ35Host ? Chipset::kQ35 : host == kGenericHost ? Chipset::kMicrovm : Chipset::kUnknown;
            }
            const int index = add(config, address, parent);
            if (index != kNoParent && at(index).header == kBridgeHeader) enter_bridge(config, index);
        }
    }
}

void Topology::enter_bridge(ConfigSpace& config, int index) {
    Function& bridge = mutable_at(index);
    if (last_bus_ == 0xFF) return;
    bridge.secondary_bus = ++last_bus_;
    config.write8(bridge.at, kPrimaryBus, bridge.at.bus);
    config.write8(bridge.at, kSecondaryBus, bridge.secondary_bus);
    config.write8(bridge.at, kSubordinateBus, 0xFF);
    scan_bus(config, bridge.secondary_bus, index);
    config.write8(bridge.at, kSubordinateBus, last_bus_);
}

// What a bridge needs: the sum below it, as a power of two so that everything can lie aligned.
Window Topology::window_for(int bridge) {
    uint64_t bytes = at(bridge).hot_plug ? kHotPlugWindowBytes : 0;
    uint64_t below = 0;
    for (int i = 0; i < kMaxFunctions; ++i) {
        Function& function = mutable_at(i);
        if (!function.present || function.parent != bridge) continue;
        for (const Bar& bar : function.bars) below += bar.io ? 0 : bar.range.bytes;
        if (function.header == kBridgeHeader) {
            function.memory = window_for(i);
            below += function.memory.bytes;
        }
    }
    if (below > bytes) bytes = below;
    if (bytes == 0) return {};
    return {0, std::bit_ceil(bytes < kLeastBridgeWindow ? kLeastBridgeWindow : bytes)};
}

bool Topology::occupied(const Window& candidate, bool io, int parent, uint64_t& next) const {
    for (int i = 0; i < kMaxFunctions; ++i) {
        const Function& function = at(i);
        if (!function.present) continue;
        const auto blocks = [&](const Window& range) {
            if (range.base == 0 || range.bytes == 0 || !range.overlaps(candidate)) return false;
            next = range.end();
            return true;
        };
        for (const Bar& bar : function.bars) {
            if (bar.io == io && blocks(bar.range)) return true;
        }
        bool above = false;  // a bridge's own window holds what lies below it
        for (int j = parent; j != kNoParent; j = at(j).parent) above = above || j == i;
        if (!io && !above && blocks(function.memory)) return true;
    }
    return false;
}

Result<uint64_t> Topology::find_room(const Window& within, uint64_t bytes, bool io, int parent) const {
    uint64_t base = align_up(within.base, bytes);
    while (within.bytes != 0 && base < within.end() && bytes <= within.end() - base) {
        uint64_t next = 0;
        if (!occupied({base, bytes}, io, parent, next)) return base;
        base = align_up(next, bytes);
    }
    return Status::kInsufficientResources;
}

void Topology::place_bar(ConfigSpace& config, Function& function, unsigned number, int parent) {
    Bar& bar = function.bars[number];
    const Window& memory = parent == kNoParent ? resources_.memory : at(parent).memory;
    const Window& io = parent == kNoParent ? resources_.io : at(parent).io;
    auto place = find_room(bar.io ? io : memory, bar.range.bytes, bar.io, parent);
    if (!place && bar.wide && parent == kNoParent) place = find_room(resources_.wide_memory, bar.range.bytes, false, parent);
    if (!place) {
        ++unassigned_;
        return;
    }
    bar.range.base = *place;
    const uint32_t at = kBar0 + number * 4;
    config.write32(function.at, at, static_cast<uint32_t>(bar.range.base));
    if (bar.wide) config.write32(function.at, at + 4, static_cast<uint32_t>(bar.range.base >> 32));
}

// Largest first: what is aligned to its size then leaves no holes.
void Topology::assign_below(ConfigSpace& config, int parent) {
    for (int i = 0; i < kMaxFunctions; ++i) {
        Function& function = mutable_at(i);
        if (function.present && function.parent == parent && function.header == kBridgeHeader) function.memory = window_for(i);
    }
    for (uint64_t bound = ~uint64_t{0};;) {
        uint64_t largest = 0;
        const auto consider = [&](uint64_t bytes) {
            if (bytes < bound && bytes > largest) largest = bytes;
        };
        for (const Function& function : functions_) {
            if (!function.present || function.parent != parent) continue;
            for (const Bar& bar : function.bars) consider(bar.range.bytes);
            consider(function.memory.bytes);
        }
        if (largest == 0) break;
        bound = largest;
        for (Function& function : functions_) {
            if (!function.present || function.parent != parent) continue;
            if (function.memory.bytes == largest && function.memory.base == 0) {
                const Window& within = parent == kNoParent ? resources_.memory : at(parent).memory;
                const auto place = find_room(within, largest, false, parent);
                if (place) function.memory.base = *place;
                if (!place) function.memory = {}, ++unassigned_;
            }
            for (unsigned i = 0; i < bar_count(function); ++i) {
                if (function.bars[i].range.bytes == largest && function.bars[i].range.base == 0) place_bar(config, function, i, parent);
            }
        }
    }
    for (int i = 0; i < kMaxFunctions; ++i) {
        Function& function = mutable_at(i);
        if (!function.present || function.parent != parent) continue;
        const bool bridge = function.header == kBridgeHeader;
        if (bridge) {
            const bool open = function.memory.bytes != 0;
            config.write16(function.at, kMemoryBase, open ? static_cast<uint16_t>(function.memory.base >> 16) : 0xFFF0);
            config.write16(function.at, kMemoryLimit, open ? static_cast<uint16_t>((function.memory.end() - 1) >> 16) & 0xFFF0 : 0);
            config.write16(function.at, kPrefetchBase, 0xFFF0);
            config.write16(function.at, kPrefetchLimit, 0);
            config.write8(function.at, kIoBase, 0xF0);
            config.write8(function.at, kIoLimit, 0);
        }
        uint16_t decode = bridge ? kBusMaster | kDecodeMemory : 0;
        for (const Bar& bar : function.bars) {
            if (bar.range.base != 0) decode |= bar.io ? kDecodeIo : kDecodeMemory;
        }
        if (function.header <= kBridgeHeader) {
            config.write16(function.at, kCommand, static_cast<uint16_t>(config.read16(function.at, kCommand) | decode));
        }
        if (bridge) assign_below(config, i);
    }
}

void Topology::scan(ConfigSpace& config, const Resources& resources, bool two_io_apics) {
    resources_ = resources;
    two_io_apics_ = two_io_apics;
    scan_bus(config, 0, kNoParent);
    assign_below(config, kNoParent);
}

int Topology::arrive(ConfigSpace& config, int bridge) {
    const Address address{at(bridge).secondary_bus, 0, 0};
    if (config.read16(address, kVendor) == kNoVendor) return kNoParent;
    const int index = add(config, address, bridge);
    if (index == kNoParent) return kNoParent;
    Function& function = mutable_at(index);
    for (unsigned i = 0; i < bar_count(function); ++i) {
        if (function.bars[i].range.bytes != 0) place_bar(config, function, i, bridge);
    }
    config.write_mapping16(address, kCommand, static_cast<uint16_t>(config.read16(address, kCommand) | kDecodeMemory));
    return index;
}

void Topology::depart(int bridge) {
    for (Function& function : functions_) {
        if (function.present && function.parent == bridge) function.present = false;
    }
}

}  // namespace rsl::hal::pci
