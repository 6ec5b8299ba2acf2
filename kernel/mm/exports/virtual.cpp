// SPDX-License-Identifier: GPL-2.0-only
// Virtual memory of processes.
#include "abi/functions/export.h"
#include "abi/functions/mm.h"
#include "abi/types/ps.h"
#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/process_memory.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/user_memory.hpp"

using namespace rsl;

extern "C" PVOID MmHighestUserAddress, MmSystemRangeStart;
extern "C" ULONG_PTR MmUserProbeAddress;
extern "C" BOOLEAN Mm64BitPhysicalAddress;

PVOID MmHighestUserAddress = reinterpret_cast<PVOID>(arch::kUserEnd - 1);
PVOID MmSystemRangeStart = reinterpret_cast<PVOID>(0xFFFF800000000000);
ULONG_PTR MmUserProbeAddress = arch::kUserEnd;
BOOLEAN Mm64BitPhysicalAddress = TRUE;

namespace {

using mm::AddressSpace;

/// The two in-out parameters that these calls share: a range, and where its numbers go.
struct Range {
    uint64_t base, bytes;

    static Result<Range> read(PVOID* base, PSIZE_T bytes, KPROCESSOR_MODE mode) {
        const auto address = reinterpret_cast<uint64_t>(RSL_TRY(ps::read_in(base, mode)));
        const uint64_t size = RSL_TRY(ps::read_in(bytes, mode));
        if (!in_bounds(address, size, arch::kUserEnd)) return Status(STATUS_INVALID_PARAMETER_2);
        return Range{address, size};
    }
    uint64_t first() const { return align_down(base, arch::kPageBytes); }
    uint64_t end() const { return align_up(base + bytes, arch::kPageBytes); }
};
Result<void> write_range(PVOID* base, PSIZE_T bytes, uint64_t start, uint64_t size,
                         KPROCESSOR_MODE mode) {
    RSL_TRY(ps::write_out(base, reinterpret_cast<PVOID>(start), mode));
    return ps::write_out(bytes, size, mode);
}

/// The end of what ZeroBits leaves: bits of a 32-bit address, or from 32 on a mask. 0: no limit.
Result<uint64_t> limit_of(ULONG_PTR zero_bits) {
    constexpr ULONG_PTR kMaxBits = 20, kFirstMask = 32;
    if (zero_bits == 0) return uint64_t{0};
    if (zero_bits <= kMaxBits) return uint64_t{1} << (32 - zero_bits);
    if (zero_bits < kFirstMask) return Status(STATUS_INVALID_PARAMETER_3);
    const int width = 64 - __builtin_clzll(zero_bits);
    return width >= 47 ? arch::kUserEnd : uint64_t{1} << width;
}

/// Contents that are no longer needed, or needed again: nothing is ever discarded, so both keep
/// them.
Result<void> reset(AddressSpace& space, const Range& range) {
    for (uint64_t at = range.first(); at < range.end();) {
        const mm::RegionInfo info = space.query(at);
        if (!info.used) return Status::kConflictingAddresses;
        if (info.region.protect == 0) return Status(STATUS_NOT_COMMITTED);
        at = info.end;
    }
    return {};
}

struct Allocation {
    HANDLE process;
    PVOID* base;
    ULONG_PTR zero_bits;
    PSIZE_T bytes;
    ULONG type, protect;
};
Result<void> allocate(const Allocation& wish, KPROCESSOR_MODE mode) {
    const auto& [process, base, zero_bits, bytes, type, protect] = wish;
    constexpr ULONG kKnown = MEM_COMMIT | MEM_RESERVE | MEM_TOP_DOWN;
    const uint64_t below = RSL_TRY(limit_of(zero_bits));
    if (type == MEM_RESET || type == MEM_RESET_UNDO) {
        const Range range = RSL_TRY(Range::read(base, bytes, mode));
        auto target = RSL_TRY(mm::process_of(process, PROCESS_VM_OPERATION, mode));
        RSL_TRY(reset(mm::space_of(*target), range));
        return write_range(base, bytes, range.first(), range.end() - range.first(), mode);
    }
    const bool is_window = type == (MEM_PHYSICAL | MEM_RESERVE);
    if (!is_window && ((type & ~kKnown) != 0 || (type & (MEM_COMMIT | MEM_RESERVE)) == 0)) {
        return Status(STATUS_INVALID_PARAMETER_5);
    }
    if (!mm::is_page_protection(protect)) return Status(STATUS_INVALID_PAGE_PROTECTION);
    if (is_window && protect != PAGE_READWRITE) return Status(STATUS_INVALID_PARAMETER_6);
    const Range range = RSL_TRY(Range::read(base, bytes, mode));
    if (range.bytes == 0) return Status(STATUS_INVALID_PARAMETER_4);
    auto target = RSL_TRY(mm::process_of(process, PROCESS_VM_OPERATION, mode));
    AddressSpace& space = mm::space_of(*target);
    if ((type & MEM_RESERVE) == 0 && range.base != 0) {
        RSL_TRY(space.commit(range.first(), range.end(), protect));
        return write_range(base, bytes, range.first(), range.end() - range.first(), mode);
    }
    const uint64_t wanted = align_down(range.base, mm::RegionMap::kGranularity);
    const uint64_t size =
        range.base == 0 ? align_up(range.bytes, arch::kPageBytes) : range.end() - wanted;
    const uint64_t start = RSL_TRY(space.map({.kind = is_window ? mm::RegionKind::kWindow : mm::RegionKind::kPrivate,
                                              .wanted = wanted,
                                              .below = below,
                                              .top_down = (type & MEM_TOP_DOWN) != 0,
                                              .bytes = size,
                                              .protect = protect,
                                              .committed = (type & MEM_COMMIT) != 0}));
    return write_range(base, bytes, start, size, mode);
}

Result<void> release(HANDLE process, PVOID* base, PSIZE_T bytes, ULONG type, KPROCESSOR_MODE mode) {
    if (type != MEM_RELEASE && type != MEM_DECOMMIT) return Status(STATUS_INVALID_PARAMETER_4);
    const Range range = RSL_TRY(Range::read(base, bytes, mode));
    auto target = RSL_TRY(mm::process_of(process, PROCESS_VM_OPERATION, mode));
    AddressSpace& space = mm::space_of(*target);
    const mm::RegionInfo info = space.query(range.base);
    if (!info.used) return Status(STATUS_MEMORY_NOT_ALLOCATED);
    if (!mm::is_private(info.region.kind)) return Status(STATUS_UNABLE_TO_FREE_VM);
    const uint64_t allocation = info.region.allocation;
    const bool at_base = range.first() == allocation;
    if (range.bytes == 0 && !at_base) return Status(STATUS_FREE_VM_NOT_AT_BASE);
    const uint64_t whole_end = space.end_of_allocation(allocation);
    const uint64_t end = range.bytes == 0 ? whole_end : range.end();
    if (type == MEM_DECOMMIT) {
        RSL_TRY(space.decommit(range.first(), end));
    } else {
        if (end > whole_end) return Status(STATUS_UNABLE_TO_FREE_VM);
        RSL_TRY(space.release(range.first(), end));
    }
    return write_range(base, bytes, range.first(), end - range.first(), mode);
}

Result<void> protect_range(HANDLE process, PVOID* base, PSIZE_T bytes, ULONG protect, PULONG old,
                           KPROCESSOR_MODE mode) {
    if (!mm::is_page_protection(protect)) return Status(STATUS_INVALID_PAGE_PROTECTION);
    const Range range = RSL_TRY(Range::read(base, bytes, mode));
    if (range.bytes == 0) return Status(STATUS_INVALID_PARAMETER_3);
    auto target = RSL_TRY(mm::process_of(process, PROCESS_VM_OPERATION, mode));
    const uint32_t before =
        RSL_TRY(mm::space_of(*target).protect(range.first(), range.end(), protect));
    RSL_TRY(ps::write_out(old, before, mode));
    return write_range(base, bytes, range.first(), range.end() - range.first(), mode);
}

MEMORY_BASIC_INFORMATION describe(const mm::RegionInfo& info) {
    MEMORY_BASIC_INFORMATION out{};
    out.BaseAddress = reinterpret_cast<PVOID>(info.start);
    out.RegionSize = info.end - info.start;
    out.State = MEM_FREE;
    out.Protect = PAGE_NOACCESS;
    if (!info.used) return out;
    const mm::Region& region = info.region;
    out.AllocationBase = reinterpret_cast<PVOID>(region.allocation);
    out.AllocationProtect = region.allocation_protect;
    out.State = region.protect != 0 ? MEM_COMMIT : MEM_RESERVE;
    out.Protect = region.protect;
    out.Type = mm::is_private(region.kind) ? MEM_PRIVATE : MEM_MAPPED;
    return out;
}

Result<void> query(HANDLE process, PVOID base, MEMORY_INFORMATION_CLASS kind, PVOID out,
                   SIZE_T bytes, PSIZE_T returned, KPROCESSOR_MODE mode) {
    if (kind != MemoryBasicInformation) return Status(STATUS_INVALID_INFO_CLASS);
    if (bytes < sizeof(MEMORY_BASIC_INFORMATION)) return Status(STATUS_INFO_LENGTH_MISMATCH);
    const auto address = reinterpret_cast<uint64_t>(base);
    if (address >= arch::kUserEnd) return Status(STATUS_INVALID_PARAMETER);
    auto target = RSL_TRY(mm::process_of(process, PROCESS_QUERY_INFORMATION, mode));
    const MEMORY_BASIC_INFORMATION information = describe(mm::space_of(*target).query(address));
    RSL_TRY(ps::copy_out(out, &information, sizeof(information), mode));
    if (returned == nullptr) return {};
    return ps::write_out(returned, sizeof(information), mode);
}

}  // namespace

/// NtAllocateVirtualMemory (ntifs.h) reserves and commits pages in a process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_CONFLICTING_ADDRESSES, STATUS_NO_MEMORY, STATUS_INVALID_PAGE_PROTECTION,
///            STATUS_INVALID_PARAMETER_n, ...
///   Owner    the process, until NtFreeVirtualMemory
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntallocatevirtualmemory
///   Differs  MEM_RESET discards nothing; MEM_LARGE_PAGES and MEM_WRITE_WATCH fail, and nothing maps pages into what
///            MEM_PHYSICAL reserves; pages never execute, though the protection is kept and shown
RSL_EXPORT NTSTATUS NTAPI NtAllocateVirtualMemory(HANDLE ProcessHandle, PVOID* BaseAddress,
                                                  ULONG_PTR ZeroBits, PSIZE_T RegionSize,
                                                  ULONG AllocationType, ULONG Protect) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return allocate({ProcessHandle, BaseAddress, ZeroBits, RegionSize, AllocationType, Protect},
                    ps::previous_mode())
        .status()
        .nt();
}

/// ZwAllocateVirtualMemory (ntifs.h): as NtAllocateVirtualMemory, for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtAllocateVirtualMemory
///   Owner    the process, until ZwFreeVirtualMemory
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwallocatevirtualmemory
///   Differs  as NtAllocateVirtualMemory
RSL_EXPORT NTSTATUS NTAPI ZwAllocateVirtualMemory(HANDLE ProcessHandle, PVOID* BaseAddress,
                                                  ULONG_PTR ZeroBits, PSIZE_T RegionSize,
                                                  ULONG AllocationType, ULONG Protect) {
    return ps::as_kernel(NtAllocateVirtualMemory, ProcessHandle, BaseAddress, ZeroBits, RegionSize,
                         AllocationType, Protect);
}

/// NtFreeVirtualMemory (ntifs.h) decommits or releases pages of a process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_MEMORY_NOT_ALLOCATED, STATUS_FREE_VM_NOT_AT_BASE,
///            STATUS_UNABLE_TO_FREE_VM
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntfreevirtualmemory
///   Differs  a part of an allocation is released, too, where the page wants size zero: drivers pass the size
RSL_EXPORT NTSTATUS NTAPI NtFreeVirtualMemory(HANDLE ProcessHandle, PVOID* BaseAddress,
                                              PSIZE_T RegionSize, ULONG FreeType) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return release(ProcessHandle, BaseAddress, RegionSize, FreeType, ps::previous_mode())
        .status()
        .nt();
}

/// ZwFreeVirtualMemory (ntifs.h): as NtFreeVirtualMemory, for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtFreeVirtualMemory
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwfreevirtualmemory
///   Differs  as NtFreeVirtualMemory
RSL_EXPORT NTSTATUS NTAPI ZwFreeVirtualMemory(HANDLE ProcessHandle, PVOID* BaseAddress,
                                              PSIZE_T RegionSize, ULONG FreeType) {
    return ps::as_kernel(NtFreeVirtualMemory, ProcessHandle, BaseAddress, RegionSize, FreeType);
}

/// ZwProtectVirtualMemory (undocumented, exported) changes what pages of a process allow.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_COMMITTED, STATUS_CONFLICTING_ADDRESSES, STATUS_INVALID_PAGE_PROTECTION
///   Owner    -
///   Source   learn.microsoft.com/windows/win32/api/memoryapi/nf-memoryapi-virtualprotectex (its caller)
///   Differs  pages never execute
RSL_EXPORT NTSTATUS NTAPI ZwProtectVirtualMemory(HANDLE ProcessHandle, PVOID* BaseAddress,
                                                 PSIZE_T RegionSize, ULONG NewProtect,
                                                 PULONG OldProtect) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return protect_range(ProcessHandle, BaseAddress, RegionSize, NewProtect, OldProtect, KernelMode)
        .status()
        .nt();
}

/// NtQueryVirtualMemory (ntifs.h) tells what is at an address of a process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INFO_LENGTH_MISMATCH,
///            STATUS_INVALID_INFO_CLASS
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntqueryvirtualmemory
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress,
                                               MEMORY_INFORMATION_CLASS MemoryInformationClass,
                                               PVOID MemoryInformation,
                                               SIZE_T MemoryInformationLength,
                                               PSIZE_T ReturnLength) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return query(ProcessHandle, BaseAddress, MemoryInformationClass, MemoryInformation,
                 MemoryInformationLength, ReturnLength, ps::previous_mode())
        .status()
        .nt();
}

/// ZwQueryVirtualMemory (ntifs.h): as NtQueryVirtualMemory, for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtQueryVirtualMemory
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwqueryvirtualmemory
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwQueryVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress,
                                               MEMORY_INFORMATION_CLASS MemoryInformationClass,
                                               PVOID MemoryInformation,
                                               SIZE_T MemoryInformationLength,
                                               PSIZE_T ReturnLength) {
    return ps::as_kernel(NtQueryVirtualMemory, ProcessHandle, BaseAddress, MemoryInformationClass,
                         MemoryInformation, MemoryInformationLength, ReturnLength);
}
