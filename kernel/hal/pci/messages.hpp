// SPDX-License-Identifier: GPL-2.0-only
// Message-signalled interrupts of one function: MSI-X, else MSI with one message.
#pragma once

#include <cstdint>

#include "base/core/result.hpp"
#include "kernel/hal/pci/topology.hpp"

namespace rsl::hal::pci {

class MessageSignals {
  public:
    /// Readies a function's messages, all masked. kNotSupported when it has none. PASSIVE_LEVEL.
    Result<void> open(const Function& function);
    /// Turns them off and lets go of the table. PASSIVE_LEVEL.
    void close();
    uint32_t count() const { return count_; }

    /// Lets message `index` interrupt a processor as `vector`.
    void set(uint32_t index, uint32_t processor, uint8_t vector);
    void mask(uint32_t index);

  private:
    struct Entry {
        uint32_t address_low, address_high, data, control;
    };
    Address at_;
    uint32_t capability_ = 0;
    bool extended_ = false;  // MSI-X
    uint32_t count_ = 0;     // 0: not open
    volatile Entry* table_ = nullptr;
};

}  // namespace rsl::hal::pci
