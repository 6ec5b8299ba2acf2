// SPDX-License-Identifier: GPL-2.0-only
// Common buffers: memory that processor and device share for long. Always cached: x86 keeps caches
// coherent with devices.
#include <algorithm>
#include <new>

#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/hal/dma/adapter.hpp"
#include "kernel/ke/irql.hpp"

/// Elements that a driver takes by their index.
struct _DMA_COMMON_BUFFER_VECTOR {
    ULONG count;
    struct Element {
        PVOID memory;
        PHYSICAL_ADDRESS logical;
    } elements[];
};

namespace rsl::hal {
namespace {

constexpr uint64_t kPage = arch::kPageBytes;
constexpr uint64_t kLargePage = 512 * kPage;
constexpr uint64_t kHighest = ~uint64_t{0} >> 1;  // that a PHYSICAL_ADDRESS holds

struct Bounds {
    uint64_t lowest = 0;
    uint64_t highest = kHighest;  // of the last byte
    bool large_pages = false;
};

PHYSICAL_ADDRESS physical(uint64_t address) { return {.QuadPart = static_cast<LONGLONG>(address)}; }
uint64_t number_of(PHYSICAL_ADDRESS address) { return static_cast<uint64_t>(address.QuadPart); }

PVOID allocate(const Adapter& adapter, uint64_t bytes, const Bounds& bounds,
               PPHYSICAL_ADDRESS logical) {
    const uint64_t highest = std::min({bounds.highest, adapter.highest, kHighest});
    if (bytes == 0 || bounds.lowest > highest) return nullptr;
    uint64_t boundary = 0;
    if (bounds.large_pages) {
        // Memory of a power of two that crosses no multiple of its size begins at one.
        bytes = std::bit_ceil(align_up(bytes, kLargePage));
        boundary = bytes;
    }
    PVOID memory = MmAllocateContiguousMemorySpecifyCache(
        bytes, physical(bounds.lowest), physical(highest), physical(boundary), MmCached);
    if (memory != nullptr) *logical = MmGetPhysicalAddress(memory);
    return memory;
}

void free(PVOID memory, uint64_t bytes) {
    MmFreeContiguousMemorySpecifyCache(memory, bytes, MmCached);
}

/// "Below" the maximum, as the pages of AllocateCommonBufferEx and its kin say.
bool set_maximum(Bounds& bounds, PPHYSICAL_ADDRESS maximum) {
    if (maximum == nullptr) return true;
    if (maximum->QuadPart == 0) return false;
    bounds.highest = number_of(*maximum) - 1;
    return true;
}

bool is_served(MEMORY_CACHING_TYPE caching) {
    return caching == MmCached || caching == MmNonCached;
}

// ---- Common buffers of the driver's memory

/// What of an MDL is to be one, and where it may lie.
struct Wanted {
    uint64_t offset, bytes;
    uint64_t lowest = 0, highest = kHighest;
};

/// Takes in one configuration.
NTSTATUS apply(Wanted& wanted, const DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION& config) {
    switch (config.ConfigType) {
        case CommonBufferConfigTypeLogicalAddressLimits:
            wanted.lowest = number_of(config.LogicalAddressLimits.MinimumAddress);
            wanted.highest = number_of(config.LogicalAddressLimits.MaximumAddress);
            return STATUS_SUCCESS;
        case CommonBufferConfigTypeSubSection:
            wanted.offset = config.SubSection.Offset;
            wanted.bytes = config.SubSection.Length;
            return STATUS_SUCCESS;
        case CommonBufferConfigTypeHardwareAccessPermissions:
            // Less than both takes DMA remapping.
            if (config.HardwareAccessType == CommonBufferHardwareAccessReadWrite)
                return STATUS_SUCCESS;
            return config.HardwareAccessType < CommonBufferHardwareAccessMax
                       ? STATUS_NOT_SUPPORTED
                       : STATUS_INVALID_PARAMETER;
        default:
            return STATUS_INVALID_PARAMETER;
    }
}

NTSTATUS apply_all(Wanted& wanted, const DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION* configs,
                   ULONG count) {
    uint32_t seen = 0;
    for (ULONG i = 0; i < count; ++i) {
        const auto type = static_cast<uint32_t>(configs[i].ConfigType);
        if (type >= CommonBufferConfigTypeMax || (seen & 1u << type) != 0)
            return STATUS_INVALID_PARAMETER;
        seen |= 1u << type;
        if (const NTSTATUS status = apply(wanted, configs[i]); !NT_SUCCESS(status)) return status;
    }
    return STATUS_SUCCESS;
}

/// The MDL of a chain that has all of the part; its offset becomes one of that MDL's.
MDL* holder_of(MDL* mdl, Wanted& wanted) {
    for (; mdl != nullptr && wanted.offset >= mdl->ByteCount; mdl = mdl->Next)
        wanted.offset -= mdl->ByteCount;
    return mdl != nullptr && wanted.bytes <= mdl->ByteCount - wanted.offset ? mdl : nullptr;
}

bool is_mapped(const MDL& mdl) {
    return (mdl.MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) != 0 &&
           mdl.MappedSystemVa != nullptr;
}

}  // namespace

namespace dma {

PVOID NTAPI allocate_common(PDMA_ADAPTER adapter, ULONG length, PPHYSICAL_ADDRESS logical,
                            BOOLEAN) {
    return allocate(Adapter::of(adapter), length, {}, logical);
}

PVOID NTAPI allocate_common_ex(PDMA_ADAPTER adapter, PPHYSICAL_ADDRESS maximum, ULONG length,
                               PPHYSICAL_ADDRESS logical, BOOLEAN, NODE_REQUIREMENT) {
    Bounds bounds;
    return set_maximum(bounds, maximum) ? allocate(Adapter::of(adapter), length, bounds, logical)
                                        : nullptr;
}

PVOID NTAPI allocate_common_bounded(PDMA_ADAPTER adapter, PPHYSICAL_ADDRESS minimum,
                                    PPHYSICAL_ADDRESS maximum, ULONG length, ULONG flags,
                                    MEMORY_CACHING_TYPE* caching, NODE_REQUIREMENT,
                                    PPHYSICAL_ADDRESS logical) {
    if ((flags & ~static_cast<ULONG>(DOMAIN_COMMON_BUFFER_LARGE_PAGE)) != 0) return nullptr;
    if (caching != nullptr && !is_served(*caching)) return nullptr;
    Bounds bounds{.large_pages = flags != 0};
    if (minimum != nullptr) bounds.lowest = number_of(*minimum);
    return set_maximum(bounds, maximum) ? allocate(Adapter::of(adapter), length, bounds, logical)
                                        : nullptr;
}

VOID NTAPI free_common(PDMA_ADAPTER adapter, ULONG length, PHYSICAL_ADDRESS, PVOID memory,
                       BOOLEAN) {
    Adapter& self = Adapter::of(adapter);
    BorrowedBuffer* found = nullptr;
    {
        ke::SpinLockGuard guard{self.lock};
        for (BorrowedBuffer** at = &self.borrowed; *at != nullptr; at = &(*at)->next) {
            if ((*at)->address != memory) continue;
            found = *at;
            *at = found->next;
            break;
        }
    }
    if (found != nullptr) {
        mm::free(found);  // the memory is the driver's
    } else {
        free(memory, length);
    }
}

NTSTATUS NTAPI allocate_vector(PDMA_ADAPTER adapter, PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high,
                               MEMORY_CACHING_TYPE caching, ULONG, ULONG flags, ULONG count,
                               ULONGLONG size, PDMA_COMMON_BUFFER_VECTOR* out) {
    if (flags != 0 || count == 0 || size == 0 || !is_served(caching) ||
        number_of(low) > number_of(high))
        return STATUS_INVALID_PARAMETER;
    const uint64_t bytes =
        sizeof(_DMA_COMMON_BUFFER_VECTOR) + count * sizeof(_DMA_COMMON_BUFFER_VECTOR::Element);
    auto* vector = static_cast<PDMA_COMMON_BUFFER_VECTOR>(mm::allocate(bytes, kDmaTag));
    if (vector == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    vector->count = 0;
    for (; vector->count < count; ++vector->count) {
        auto& element = vector->elements[vector->count];
        element.memory =
            allocate(Adapter::of(adapter), size,
                     {.lowest = number_of(low), .highest = number_of(high)}, &element.logical);
        if (element.memory != nullptr) continue;
        free_vector(adapter, vector);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *out = vector;
    return STATUS_SUCCESS;
}

VOID NTAPI get_from_vector(PDMA_ADAPTER, PDMA_COMMON_BUFFER_VECTOR vector, ULONG index,
                           PVOID* memory, PPHYSICAL_ADDRESS logical) {
    const bool there = index < vector->count && vector->elements[index].memory != nullptr;
    *memory = there ? vector->elements[index].memory : nullptr;
    *logical = there ? vector->elements[index].logical : PHYSICAL_ADDRESS{};
}

VOID NTAPI free_from_vector(PDMA_ADAPTER, PDMA_COMMON_BUFFER_VECTOR vector, ULONG index) {
    if (index >= vector->count || vector->elements[index].memory == nullptr) return;
    free(vector->elements[index].memory, 0);
    vector->elements[index].memory = nullptr;
}

VOID NTAPI free_vector(PDMA_ADAPTER adapter, PDMA_COMMON_BUFFER_VECTOR vector) {
    for (ULONG i = 0; i < vector->count; ++i) free_from_vector(adapter, vector, i);
    mm::free(vector);
}

NTSTATUS NTAPI create_common(PDMA_ADAPTER adapter, PMDL mdl,
                             PDMA_COMMON_BUFFER_EXTENDED_CONFIGURATION configs, ULONG count,
                             PPHYSICAL_ADDRESS logical) {
    if (mdl == nullptr || logical == nullptr || (count != 0 && configs == nullptr))
        return STATUS_INVALID_PARAMETER;
    Adapter& self = Adapter::of(adapter);
    Wanted wanted{.offset = 0, .bytes = mdl->ByteCount};
    if (const NTSTATUS status = apply_all(wanted, configs, count); !NT_SUCCESS(status))
        return status;
    const bool whole = wanted.offset == 0 && wanted.bytes == mdl->ByteCount;
    if (whole && mdl->Next != nullptr) return STATUS_INVALID_PARAMETER;
    MDL* const holder = holder_of(mdl, wanted);
    if (holder == nullptr || !is_mapped(*holder) || wanted.bytes == 0)
        return STATUS_INVALID_PARAMETER;
    if ((holder->ByteOffset + wanted.offset) % kPage != 0 || wanted.bytes % kPage != 0)
        return STATUS_INVALID_PARAMETER;
    const Pages pages =
        Pages::at_offset(holder, wanted.offset, static_cast<uint32_t>(wanted.bytes));
    const uint64_t begin = pages.address(), last = begin + wanted.bytes - 1;
    if (direct_run(pages, std::min(self.highest, wanted.highest)) != wanted.bytes ||
        begin < wanted.lowest || last > wanted.highest)
        return STATUS_INVALID_PARAMETER;
    auto* buffer = static_cast<BorrowedBuffer*>(mm::allocate(sizeof(BorrowedBuffer), kDmaTag));
    if (buffer == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    buffer->address = static_cast<std::byte*>(holder->MappedSystemVa) + wanted.offset;
    {
        ke::SpinLockGuard guard{self.lock};
        buffer->next = self.borrowed;
        self.borrowed = buffer;
    }
    *logical = physical(begin);
    return STATUS_SUCCESS;
}

}  // namespace dma
}  // namespace rsl::hal
