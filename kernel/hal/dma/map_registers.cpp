// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/dma/map_registers.hpp"

#include <algorithm>

#include "abi/functions/mm.h"

namespace rsl::hal {
namespace {

uint64_t bits(uint32_t count) { return count == 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1; }

}  // namespace

MapRegisters::~MapRegisters() {
    if (memory_ != nullptr)
        MmFreeContiguousMemorySpecifyCache(memory_, uint64_t{count_} * kBytes, MmCached);
}

Result<void> MapRegisters::create(uint32_t count, uint64_t highest) {
    count = std::min(count, kMost);
    PHYSICAL_ADDRESS lowest = {}, most = {}, boundary = {};
    most.QuadPart = static_cast<LONGLONG>(std::min<uint64_t>(highest, ~uint64_t{0} >> 1));
    PVOID memory = MmAllocateContiguousMemorySpecifyCache(uint64_t{count} * kBytes, lowest, most,
                                                          boundary, MmCached);
    if (memory == nullptr) return Status::kInsufficientResources;
    memory_ = static_cast<std::byte*>(memory);
    physical_ = static_cast<uint64_t>(MmGetPhysicalAddress(memory).QuadPart);
    count_ = count;
    return {};
}

int MapRegisters::take(uint32_t count) {
    for (uint32_t first = 0; first + count <= count_; ++first) {
        if ((used_ & bits(count) << first) != 0) continue;
        used_ |= bits(count) << first;
        return static_cast<int>(first);
    }
    return -1;
}

void MapRegisters::give_back(uint32_t first, uint32_t count) { used_ &= ~(bits(count) << first); }

}  // namespace rsl::hal
