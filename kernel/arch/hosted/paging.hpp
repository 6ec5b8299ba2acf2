// SPDX-License-Identifier: GPL-2.0-only
// RAM for unit tests: an arena that direct_map() reaches, from physical address 0 on.
#pragma once

#include <cstdint>

namespace rsl::arch {

/// Makes `bytes` of zeroed RAM; replaces an earlier one. Addresses mapped by
/// page tables above it are never touched, so walks can be tested, accesses cannot.
class HostedRam {
  public:
    explicit HostedRam(uint64_t bytes);
    ~HostedRam();
    HostedRam(const HostedRam&) = delete;
    HostedRam& operator=(const HostedRam&) = delete;
    uint64_t bytes() const { return bytes_; }

  private:
    void* memory_;
    uint64_t bytes_;
    uint64_t previous_base_;
};

/// How often the TLB functions were called: tests see that a flush was not forgotten.
struct HostedTlb {
    uint64_t addresses_flushed;
    uint64_t full_flushes;
};
extern HostedTlb hosted_tlb;

}  // namespace rsl::arch
