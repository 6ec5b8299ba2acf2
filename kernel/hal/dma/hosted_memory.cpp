// SPDX-License-Identifier: GPL-2.0-only
// What DMA adapters use of mm, for hosted unit tests: contiguous memory of an arena that plays the
// machine's RAM, some of it above what an ISA device reaches. First fit; a page bitmap finds blocks
// that were freed twice.
#include <cstring>
#include <map>

#include "abi/functions/ex.h"
#include "abi/functions/mm.h"
#include "base/core/bytes.hpp"
#include "base/core/check.hpp"
#include "kernel/arch/hosted/paging.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/mm/pool.hpp"

namespace {

using namespace rsl;

constexpr uint64_t kRamBytes = uint64_t{64} << 20;
constexpr uint64_t kPage = arch::kPageBytes;

struct Ram {
    arch::HostedRam memory{kRamBytes};
    std::map<uint64_t, uint64_t> taken;  // begin, end
};
Ram& ram() {
    static auto* instance = new Ram;  // outlives every static destructor
    return *instance;
}

uint64_t find(uint64_t bytes, uint64_t lowest, uint64_t highest, uint64_t boundary) {
    uint64_t at = align_up(lowest < kPage ? kPage : lowest, kPage);
    const auto crosses = [&](uint64_t begin) {
        return boundary != 0 && begin / boundary != (begin + bytes - 1) / boundary;
    };
    for (;;) {
        if (crosses(at)) at = align_up(at, boundary);
        if (at + bytes > kRamBytes || at + bytes - 1 > highest) return 0;
        bool moved = false;
        for (const auto& [begin, end] : ram().taken) {
            if (at + bytes <= begin || at >= end) continue;
            at = end;
            moved = true;
        }
        if (!moved && !crosses(at)) return at;
    }
}

}  // namespace

extern "C" {

PVOID NTAPI MmAllocateContiguousMemorySpecifyCache(SIZE_T bytes, PHYSICAL_ADDRESS lowest,
                                                   PHYSICAL_ADDRESS highest,
                                                   PHYSICAL_ADDRESS boundary, MEMORY_CACHING_TYPE) {
    (void)ram();
    bytes = align_up<uint64_t>(bytes, kPage);
    const uint64_t at =
        find(bytes, static_cast<uint64_t>(lowest.QuadPart), static_cast<uint64_t>(highest.QuadPart),
             static_cast<uint64_t>(boundary.QuadPart));
    if (at == 0) return nullptr;
    ram().taken[at] = at + bytes;
    return arch::direct_map(at);
}
VOID NTAPI MmFreeContiguousMemorySpecifyCache(PVOID memory, SIZE_T, MEMORY_CACHING_TYPE) {
    RSL_CHECK(ram().taken.erase(reinterpret_cast<uint64_t>(memory) - arch::kDirectMapBase) == 1);
}
PHYSICAL_ADDRESS NTAPI MmGetPhysicalAddress(PVOID memory) {
    return {.QuadPart =
                static_cast<LONGLONG>(reinterpret_cast<uint64_t>(memory) - arch::kDirectMapBase)};
}
PPHYSICAL_MEMORY_RANGE NTAPI MmGetPhysicalMemoryRanges() {
    auto* ranges =
        static_cast<PHYSICAL_MEMORY_RANGE*>(mm::allocate(2 * sizeof(PHYSICAL_MEMORY_RANGE), 1));
    std::memset(ranges, 0, 2 * sizeof(*ranges));
    ranges[0].NumberOfBytes.QuadPart = static_cast<LONGLONG>(kRamBytes);
    return ranges;
}
VOID NTAPI ExFreePoolWithTag(PVOID memory, ULONG tag) { mm::free_tagged(memory, tag); }

PMDL NTAPI IoAllocateMdl(PVOID address, ULONG length, BOOLEAN, BOOLEAN, PIRP) {
    const auto begin = reinterpret_cast<uint64_t>(address);
    const uint64_t pages = (align_up(begin + length, kPage) - align_down(begin, kPage)) / kPage;
    const size_t bytes = sizeof(MDL) + pages * sizeof(PFN_NUMBER);
    auto* mdl = static_cast<PMDL>(mm::allocate(bytes, 1));
    std::memset(mdl, 0, bytes);
    mdl->Size = static_cast<CSHORT>(bytes);
    mdl->StartVa = reinterpret_cast<PVOID>(align_down(begin, kPage));
    mdl->ByteOffset = static_cast<ULONG>(begin % kPage);
    mdl->ByteCount = length;
    return mdl;
}
VOID NTAPI IoFreeMdl(PMDL mdl) { mm::free(mdl); }

}  // extern "C"
