// SPDX-License-Identifier: GPL-2.0-only
// Physical memory: device memory, contiguous memory, what is where.
#include <algorithm>
#include <cstring>

#include "abi/functions/export.h"
#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/mdl.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool_internal.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/rtl/exception.hpp"

using namespace rsl;

namespace {

constexpr ULONG kContiguousTag = mm::pool_tag("MmCt");
constexpr ULONG kRangesTag = mm::pool_tag("MmPr");
constexpr uint64_t kPhysicalEnd = uint64_t{1} << 52;

uint64_t number_of(PHYSICAL_ADDRESS address) { return static_cast<uint64_t>(address.QuadPart); }
PHYSICAL_ADDRESS physical(uint64_t address) {
    return {.QuadPart = static_cast<LONGLONG>(address)};
}

PVOID map_io(uint64_t address, SIZE_T bytes, arch::Protection protection) {
    if (bytes == 0 || !in_bounds(address, bytes, kPhysicalEnd)) return nullptr;
    if (mm::is_ram(address)) protection.caching = arch::Caching::kCached;  // as the direct map has it
    const auto mapped = mm::map_physical(address, bytes, protection);
    return mapped ? reinterpret_cast<PVOID>(*mapped) : nullptr;
}

PVOID allocate_contiguous(SIZE_T bytes, uint64_t lowest, uint64_t highest, uint64_t boundary,
                          const void* caller) {
    if (bytes == 0 || (boundary & (boundary - 1)) != 0) return nullptr;
    return mm::allocate_contiguous_pool(bytes, kContiguousTag,
                                        {.lowest = lowest, .highest = highest, .boundary = boundary},
                                        mm::pool_owner(caller));
}

/// The mapping at an address of the kernel or the running process.
Result<arch::Mapping> find_mapping(const void* address) {
    return arch::query_page(arch::current_root(), reinterpret_cast<uint64_t>(address));
}

Status copy_physical(void* target, uint64_t source, SIZE_T bytes, SIZE_T& done) {
    while (done < bytes) {
        const uint64_t at = source + done;
        if (!mm::is_ram(at)) return Status(STATUS_INVALID_ADDRESS);
        const SIZE_T part = std::min<SIZE_T>(bytes - done, PAGE_SIZE - at % PAGE_SIZE);
        std::memcpy(static_cast<char*>(target) + done, arch::direct_map(at), part);
        done += part;
    }
    return Status::kSuccess;
}

Status copy_virtual(void* target, uint64_t source, SIZE_T bytes, SIZE_T& done) {
    while (done < bytes) {
        const uint64_t at = source + done;
        const SIZE_T part = std::min<SIZE_T>(bytes - done, PAGE_SIZE - at % PAGE_SIZE);
        const auto mapping = find_mapping(reinterpret_cast<const void*>(at));
        if (mapping && !mm::is_ram(mapping->page)) return Status(STATUS_INVALID_ADDRESS);
        const auto copied =
            rtl::copy_guarded(static_cast<char*>(target) + done, reinterpret_cast<const void*>(at), part);
        if (!copied) return copied.failure();
        done += part;
    }
    return Status::kSuccess;
}

}  // namespace

/// MmMapIoSpace (wdm.h) maps device memory.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the address, or NULL
///   Owner    the caller, until MmUnmapIoSpace
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmmapiospace
///   Differs  RAM is mapped cached, whatever CacheType says; mappings do not execute
RSL_EXPORT PVOID NTAPI MmMapIoSpace(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
                                    MEMORY_CACHING_TYPE CacheType) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return map_io(number_of(PhysicalAddress), NumberOfBytes,
                  {.writable = true, .caching = mm::caching_of(CacheType)});
}

/// MmMapIoSpaceEx (wdm.h) maps device memory with a page protection.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the address, or NULL
///   Owner    the caller, until MmUnmapIoSpace
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmmapiospaceex
///   Differs  RAM is mapped cached, whatever Protect says; what may be executed may be read
RSL_EXPORT PVOID NTAPI MmMapIoSpaceEx(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
                                      ULONG Protect) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    arch::Protection protection;
    switch (Protect & 0xFF) {
        case PAGE_READONLY: break;
        case PAGE_READWRITE: protection.writable = true; break;
        case PAGE_EXECUTE:
        case PAGE_EXECUTE_READ: protection.executable = true; break;
        case PAGE_EXECUTE_READWRITE:  // as the documentation promises: an exception from W^X
            protection = {.writable = true, .executable = true, .write_execute_promised = true};
            break;
        default: return nullptr;
    }
    constexpr ULONG kCaching = PAGE_NOCACHE | PAGE_WRITECOMBINE;
    if ((Protect & kCaching) == kCaching) return nullptr;  // one or the other
    if ((Protect & PAGE_NOCACHE) != 0) protection.caching = arch::Caching::kUncached;
    if ((Protect & PAGE_WRITECOMBINE) != 0) protection.caching = arch::Caching::kWriteCombined;
    return map_io(number_of(PhysicalAddress), NumberOfBytes, protection);
}

/// MmUnmapIoSpace (wdm.h) takes such a mapping out.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the addresses are gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmunmapiospace
///   Differs  nothing known
RSL_EXPORT VOID NTAPI MmUnmapIoSpace(PVOID BaseAddress, SIZE_T NumberOfBytes) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    mm::unmap_system(reinterpret_cast<uint64_t>(BaseAddress), NumberOfBytes);
}

/// MmGetPhysicalAddress (ntddk.h) translates a resident address.
///   IRQL     any
///   Returns  the physical address, or 0 when nothing is mapped there
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmgetphysicaladdress
///   Differs  nothing known
RSL_EXPORT PHYSICAL_ADDRESS NTAPI MmGetPhysicalAddress(PVOID BaseAddress) {
    const auto mapping = find_mapping(BaseAddress);
    if (!mapping) return physical(0);
    return physical(align_down(mapping->page, arch::kPageBytes) + BYTE_OFFSET(BaseAddress));
}

/// MmGetVirtualForPhysical (reserved for system use) finds a kernel address of a page of RAM.
///   IRQL     any
///   Returns  an address in the direct map, or NULL for what is not RAM
///   Owner    -
///   Source   undocumented; the name is exported for debuggers and old drivers
///   Differs  Windows answers with the address at which the page is in use
RSL_EXPORT PVOID NTAPI MmGetVirtualForPhysical(PHYSICAL_ADDRESS PhysicalAddress) {
    const uint64_t address = number_of(PhysicalAddress);
    return mm::is_ram(address) ? arch::direct_map(address) : nullptr;
}

/// MmIsAddressValid (ntddk.h) tells whether an access would cause no page fault.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when a page is mapped there now
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmisaddressvalid
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI MmIsAddressValid(PVOID VirtualAddress) { return find_mapping(VirtualAddress).ok(); }

/// MmIsNonPagedSystemAddressValid (ntddk.h, obsolete) tells the same of a kernel address.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when a page is mapped there
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmisaddressvalid (its kin)
///   Differs  all kernel memory is resident
RSL_EXPORT BOOLEAN NTAPI MmIsNonPagedSystemAddressValid(PVOID VirtualAddress) {
    return reinterpret_cast<intptr_t>(VirtualAddress) < 0 && find_mapping(VirtualAddress).ok();
}

/// MmAllocateContiguousMemory (wdm.h) allocates RAM in one piece.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the address, page aligned, or NULL
///   Owner    the caller, until MmFreeContiguousMemory
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmallocatecontiguousmemory
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI MmAllocateContiguousMemory(SIZE_T NumberOfBytes,
                                                  PHYSICAL_ADDRESS HighestAcceptableAddress) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return allocate_contiguous(NumberOfBytes, 0, number_of(HighestAcceptableAddress), 0, __builtin_return_address(0));
}

/// MmAllocateContiguousMemorySpecifyCache (wdm.h) allocates RAM in one piece between two addresses.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the address, page aligned, or NULL
///   Owner    the caller, until MmFreeContiguousMemorySpecifyCache
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmallocatecontiguousmemoryspecifycache
///   Differs  RAM is always cached: x86 keeps caches coherent with devices
RSL_EXPORT PVOID NTAPI MmAllocateContiguousMemorySpecifyCache(SIZE_T NumberOfBytes,
                                                              PHYSICAL_ADDRESS LowestAcceptableAddress,
                                                              PHYSICAL_ADDRESS HighestAcceptableAddress,
                                                              PHYSICAL_ADDRESS BoundaryAddressMultiple,
                                                              MEMORY_CACHING_TYPE) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return allocate_contiguous(NumberOfBytes, number_of(LowestAcceptableAddress),
                               number_of(HighestAcceptableAddress), number_of(BoundaryAddressMultiple),
                               __builtin_return_address(0));
}

/// MmAllocateContiguousMemorySpecifyCacheNode (wdm.h) does the same on a NUMA node; we have one.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the address, page aligned, or NULL
///   Owner    the caller, until MmFreeContiguousMemorySpecifyCache
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmallocatecontiguousmemoryspecifycachenode
///   Differs  RAM is always cached; the node is ignored
RSL_EXPORT PVOID NTAPI MmAllocateContiguousMemorySpecifyCacheNode(
    SIZE_T NumberOfBytes, PHYSICAL_ADDRESS LowestAcceptableAddress,
    PHYSICAL_ADDRESS HighestAcceptableAddress, PHYSICAL_ADDRESS BoundaryAddressMultiple,
    MEMORY_CACHING_TYPE, ULONG) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return allocate_contiguous(NumberOfBytes, number_of(LowestAcceptableAddress),
                               number_of(HighestAcceptableAddress), number_of(BoundaryAddressMultiple),
                               __builtin_return_address(0));
}

/// MmAllocateContiguousNodeMemory (wdm.h) does the same with a page protection.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the address, page aligned, or NULL
///   Owner    the caller, until MmFreeContiguousMemory
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmallocatecontiguousnodememory
///   Differs  only PAGE_READWRITE, with or without a caching hint; others fail
RSL_EXPORT PVOID NTAPI MmAllocateContiguousNodeMemory(SIZE_T NumberOfBytes,
                                                      PHYSICAL_ADDRESS LowestAcceptableAddress,
                                                      PHYSICAL_ADDRESS HighestAcceptableAddress,
                                                      PHYSICAL_ADDRESS BoundaryAddressMultiple,
                                                      ULONG Protect, ULONG) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if ((Protect & 0xFF) != PAGE_READWRITE) return nullptr;
    return allocate_contiguous(NumberOfBytes, number_of(LowestAcceptableAddress),
                               number_of(HighestAcceptableAddress), number_of(BoundaryAddressMultiple),
                               __builtin_return_address(0));
}

/// MmFreeContiguousMemory (wdm.h) frees contiguous memory.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; bug check BAD_POOL_CALLER for what is none
///   Owner    the memory is gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmfreecontiguousmemory
///   Differs  nothing known
RSL_EXPORT VOID NTAPI MmFreeContiguousMemory(PVOID BaseAddress) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    mm::free_tagged(BaseAddress, kContiguousTag);
}

/// MmFreeContiguousMemorySpecifyCache (wdm.h) frees contiguous memory.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; bug check BAD_POOL_CALLER for what is none
///   Owner    the memory is gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmfreecontiguousmemoryspecifycache
///   Differs  size and caching are not compared with the allocation's
RSL_EXPORT VOID NTAPI MmFreeContiguousMemorySpecifyCache(PVOID BaseAddress, SIZE_T, MEMORY_CACHING_TYPE) {
    MmFreeContiguousMemory(BaseAddress);
}

/// MmAllocateNonCachedMemory (ntddk.h) allocates pages for talking to a device.
///   IRQL     <= APC_LEVEL
///   Returns  the address, page aligned, or NULL
///   Owner    the caller, until MmFreeNonCachedMemory
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmallocatenoncachedmemory
///   Differs  the memory is cached: x86 keeps caches coherent with devices
RSL_EXPORT PVOID NTAPI MmAllocateNonCachedMemory(SIZE_T NumberOfBytes) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return allocate_contiguous(ROUND_TO_PAGES(NumberOfBytes), 0, ~uint64_t{0}, 0, __builtin_return_address(0));
}

/// MmFreeNonCachedMemory (ntddk.h) frees it.
///   IRQL     <= APC_LEVEL
///   Returns  nothing; bug check BAD_POOL_CALLER for what is none
///   Owner    the memory is gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmfreenoncachedmemory
///   Differs  the size is not compared with the allocation's
RSL_EXPORT VOID NTAPI MmFreeNonCachedMemory(PVOID BaseAddress, SIZE_T) {
    MmFreeContiguousMemory(BaseAddress);
}

/// MmGetPhysicalMemoryRanges (ntddk.h) lists the machine's RAM.
///   IRQL     PASSIVE_LEVEL
///   Returns  an array that ends with a zero entry, or NULL
///   Owner    the caller, until ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmgetphysicalmemoryrangesex2
///   Differs  nothing known
RSL_EXPORT PPHYSICAL_MEMORY_RANGE NTAPI MmGetPhysicalMemoryRanges(VOID) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const auto ranges = mm::ram_ranges();
    auto* out = static_cast<PPHYSICAL_MEMORY_RANGE>(
        mm::allocate((ranges.size() + 1) * sizeof(PHYSICAL_MEMORY_RANGE), kRangesTag));
    if (out == nullptr) return nullptr;
    size_t i = 0;
    for (const mm::RamRange& range : ranges) {
        out[i].BaseAddress = physical(range.base);
        out[i++].NumberOfBytes.QuadPart = static_cast<LONGLONG>(range.bytes);
    }
    out[i] = {};
    return out;
}

/// MmGetPhysicalMemoryRangesEx2 (ntddk.h) does the same for a memory partition; there is one.
///   IRQL     PASSIVE_LEVEL
///   Returns  an array that ends with a zero entry, or NULL
///   Owner    the caller, until ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmgetphysicalmemoryrangesex2
///   Differs  flags change nothing: every range is plain RAM
RSL_EXPORT PPHYSICAL_MEMORY_RANGE NTAPI MmGetPhysicalMemoryRangesEx2(PVOID, ULONG) {
    return MmGetPhysicalMemoryRanges();
}

/// MmCopyMemory (ntddk.h) copies from anywhere, without a fault.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INVALID_ADDRESS (I/O space),
///            STATUS_ACCESS_VIOLATION
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmcopymemory
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI MmCopyMemory(PVOID TargetAddress, MM_COPY_ADDRESS SourceAddress,
                                       SIZE_T NumberOfBytes, ULONG Flags,
                                       PSIZE_T NumberOfBytesTransferred) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    *NumberOfBytesTransferred = 0;
    switch (Flags) {
        case MM_COPY_MEMORY_PHYSICAL:
            return copy_physical(TargetAddress, number_of(SourceAddress.PhysicalAddress), NumberOfBytes,
                                 *NumberOfBytesTransferred)
                .nt();
        case MM_COPY_MEMORY_VIRTUAL:
            return copy_virtual(TargetAddress, reinterpret_cast<uint64_t>(SourceAddress.VirtualAddress),
                                NumberOfBytes, *NumberOfBytesTransferred)
                .nt();
        default: return STATUS_INVALID_PARAMETER;
    }
}
