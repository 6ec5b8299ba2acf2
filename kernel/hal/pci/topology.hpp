// SPDX-License-Identifier: GPL-2.0-only
// Every PCI function of the machine: found, with its BARs assigned by us (qboot assigns none). Pure
// but for ConfigSpace, so that tests run it on a made-up machine. Drivers of devices are elsewhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/core/result.hpp"
#include "kernel/hal/pci/config.hpp"

namespace rsl::hal::pci {

/// A range of bus addresses.
struct Window {
    uint64_t base = 0, bytes = 0;
    uint64_t end() const { return base + bytes; }
    bool overlaps(const Window& other) const { return base < other.end() && other.base < end(); }
};

struct Bar {
    Window range;  // base 0: not assigned; bytes 0: there is none
    bool io = false;
    bool wide = false;  // takes the next register too
    bool prefetchable = false;
};

inline constexpr int kNoParent = -1;

struct Function {
    bool present = false;
    Address at;
    uint16_t vendor = 0, device = 0;
    uint32_t class_code = 0;  // base, sub, interface
    uint8_t header = 0;       // 0 device, 1 bridge
    uint8_t pin = 0;          // 1 to 4: INTA to INTD
    uint32_t gsi = 0;         // where the pin leads, if there is a pin
    int parent = kNoParent;   // index of the bridge above
    std::array<Bar, 6> bars;
    uint16_t express = 0, msi = 0, msix = 0;  // offsets of capabilities; 0: none
    // Bridges.
    uint8_t secondary_bus = 0;
    bool hot_plug = false;
    Window memory, io;
};

enum class Chipset : uint8_t { kUnknown, kMicrovm, kQ35 };

/// Where a function's pin leads, for a function on bus 0: facts of the chipset.
uint32_t gsi_of_pin(Chipset chipset, uint8_t device, uint8_t pin, bool two_io_apics);

class Topology {
  public:
    static constexpr int kMaxFunctions = 96;
    /// What BARs may be given: memory below 4 GB, memory above, ports.
    struct Resources {
        Window memory, wide_memory, io;
    };

    /// Finds everything from bus 0 on and assigns all BARs and bridge windows. What does not fit stays
    /// unassigned and is counted.
    void scan(ConfigSpace& config, const Resources& resources, bool two_io_apics);
    /// Finds and assigns what was plugged in below a bridge. Returns its index, kNoParent if nothing.
    int arrive(ConfigSpace& config, int bridge);
    /// Forgets the functions below a bridge.
    void depart(int bridge);

    const Function& at(int index) const { return functions_[static_cast<std::size_t>(index)]; }
    int find(Address address) const;
    Chipset chipset() const { return chipset_; }
    uint32_t unassigned() const { return unassigned_; }
    uint8_t last_bus() const { return last_bus_; }

  private:
    Function& mutable_at(int index) { return functions_[static_cast<std::size_t>(index)]; }
    int add(ConfigSpace& config, Address at, int parent);
    void scan_bus(ConfigSpace& config, uint8_t bus, int parent);
    void read_function(ConfigSpace& config, Function& function);
    void read_capabilities(ConfigSpace& config, Function& function);
    void enter_bridge(ConfigSpace& config, int index);
    Window window_for(int bridge);
    void assign_below(ConfigSpace& config, int parent);
    void place_bar(ConfigSpace& config, Function& function, unsigned bar, int parent);
    Result<uint64_t> find_room(const Window& within, uint64_t bytes, bool io, int parent) const;
    bool occupied(const Window& candidate, bool io, int parent, uint64_t& next) const;
    uint32_t route(const Function& function) const;

    std::array<Function, kMaxFunctions> functions_ = {};
    Resources resources_ = {};
    Chipset chipset_ = Chipset::kUnknown;
    bool two_io_apics_ = false;
    uint8_t last_bus_ = 0;
    uint32_t unassigned_ = 0;
};

}  // namespace rsl::hal::pci
