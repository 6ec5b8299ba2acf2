// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/arch/hosted/paging.hpp"

#include <sys/mman.h>

#include "kernel/arch/paging.hpp"

namespace rsl::arch {

uint64_t kDirectMapBase = 0;
HostedTlb hosted_tlb = {};

HostedRam::HostedRam(uint64_t bytes) : bytes_(bytes), previous_base_(kDirectMapBase) {
    memory_ = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    RSL_CHECK(memory_ != MAP_FAILED);
    kDirectMapBase = reinterpret_cast<uintptr_t>(memory_);
}
HostedRam::~HostedRam() {
    ::munmap(memory_, bytes_);
    kDirectMapBase = previous_base_;
}

void prepare_paging_on_this_processor() {}
uint64_t current_root() { return kernel_root(); }
void flush_address(uint64_t) { ++hosted_tlb.addresses_flushed; }
void flush_all() { ++hosted_tlb.full_flushes; }

}  // namespace rsl::arch
