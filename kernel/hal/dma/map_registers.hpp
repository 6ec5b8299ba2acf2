// SPDX-License-Identifier: GPL-2.0-only
// Map registers: pages that a device reaches, for data that lies where it does not reach, or in
// pieces where it takes one. The data is copied. A transfer takes neighbouring registers. Which are
// taken is guarded by the channel's lock (channel.hpp).
#pragma once

#include "abi/types/basic.h"
#include "base/core/result.hpp"

namespace rsl::hal {

class MapRegisters {
  public:
    static constexpr uint32_t kMost = 64;
    static constexpr uint32_t kBytes = 4096;  // each

    MapRegisters() = default;
    MapRegisters(const MapRegisters&) = delete;
    ~MapRegisters();
    /// Takes the memory: up to kMost pages below `highest`. PASSIVE_LEVEL.
    Result<void> create(uint32_t count, uint64_t highest);
    uint32_t count() const { return count_; }

    /// The first of a run of free ones, taken; none: -1.
    int take(uint32_t count);
    void give_back(uint32_t first, uint32_t count);

    std::byte* memory(uint32_t index) const { return memory_ + uint64_t{index} * kBytes; }
    uint64_t address(uint32_t index) const { return physical_ + uint64_t{index} * kBytes; }

  private:
    uint64_t used_ = 0;  // one bit each
    std::byte* memory_ = nullptr;
    uint64_t physical_ = 0;
    uint32_t count_ = 0;
};

}  // namespace rsl::hal
