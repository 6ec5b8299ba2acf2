// SPDX-License-Identifier: GPL-2.0-only
// Sections by pointer, what is known of them, and pages that are kept resident.
#include "abi/functions/export.h"
#include "abi/functions/mm.h"
#include "abi/types/ps.h"
#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/process_memory.hpp"
#include "kernel/mm/section.hpp"
#include "kernel/mm/system_space.hpp"
#include "kernel/ob/exports/by_handle.hpp"
#include "kernel/ob/exports/create.hpp"
#include "kernel/ps/process.hpp"

using namespace rsl;

namespace {

/// What SectionBasicInformation answers (public headers).
struct SectionBasic {
    PVOID base;
    ULONG attributes;
    LARGE_INTEGER maximum;
};
RSL_ABI_SIZE(SectionBasic, 24);
constexpr ULONG kSectionImage = 1;  // SectionBasicInformation is 0

Result<uint64_t> map(mm::AddressSpace& space, mm::Section& section, uint64_t wanted,
                     uint64_t offset, uint64_t bytes, ULONG protect) {
    return space.map({.kind = mm::RegionKind::kSection,
                      .wanted = align_down(wanted, mm::RegionMap::kGranularity),
                      .bytes = bytes,
                      .protect = protect & 0xFF,
                      .offset = offset,
                      .section = &section});
}

/// A part of a section: its offset rounded down, its size up. Zero bytes: to the end.
struct Part {
    uint64_t offset, bytes;
};
Result<Part> part_of(const mm::Section& section, uint64_t offset, uint64_t bytes) {
    offset = align_down(offset, mm::RegionMap::kGranularity);
    if (offset >= section.bytes()) return Status(STATUS_INVALID_VIEW_SIZE);
    if (bytes == 0) bytes = section.bytes() - offset;
    if (!in_bounds(offset, bytes, section.bytes())) return Status(STATUS_INVALID_VIEW_SIZE);
    return Part{offset, align_up(bytes, arch::kPageBytes)};
}

/// The range of NtLockVirtualMemory and its undoing.
struct LockRange {
    Ref<ps::Process> process;
    uint64_t start, end;
};
Result<LockRange> read_lock_range(HANDLE process, PVOID* base, PSIZE_T bytes, ULONG type,
                                  KPROCESSOR_MODE mode) {
    constexpr ULONG kWorkingSet = 1, kMemory = 2;
    if (type == 0 || (type & ~(kWorkingSet | kMemory)) != 0) return Status::kInvalidParameter;
    const auto address = reinterpret_cast<uint64_t>(RSL_TRY(ps::read_in(base, mode)));
    const uint64_t size = RSL_TRY(ps::read_in(bytes, mode));
    if (!in_bounds(address, size, arch::kUserEnd)) return Status::kInvalidParameter;
    auto target = RSL_TRY(mm::process_of(process, PROCESS_VM_OPERATION, mode));
    LockRange range{Ref<ps::Process>(*target), align_down(address, arch::kPageBytes),
                    align_up(address + size, arch::kPageBytes)};
    RSL_TRY(ps::write_out(base, reinterpret_cast<PVOID>(range.start), mode));
    RSL_TRY(ps::write_out(bytes, range.end - range.start, mode));
    return range;
}

}  // namespace

/// MmCreateSection (public headers) makes a section of zeroed pages, without a handle.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PAGE_PROTECTION, STATUS_INVALID_PARAMETER_4,
///            STATUS_INVALID_FILE_FOR_SECTION, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller owns one reference
///   Source   public headers; as NtCreateSection is documented
///   Differs  sections of files and images are refused; the object is not named
RSL_EXPORT NTSTATUS NTAPI MmCreateSection(PVOID* SectionObject, ACCESS_MASK, POBJECT_ATTRIBUTES,
                                          PLARGE_INTEGER MaximumSize, ULONG SectionPageProtection,
                                          ULONG AllocationAttributes, HANDLE FileHandle,
                                          PFILE_OBJECT FileObject) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (FileHandle != nullptr || FileObject != nullptr) return STATUS_INVALID_FILE_FOR_SECTION;
    if (MaximumSize == nullptr || MaximumSize->QuadPart <= 0) return STATUS_INVALID_PARAMETER_4;
    if (!mm::is_page_protection(SectionPageProtection)) return STATUS_INVALID_PAGE_PROTECTION;
    auto section = mm::Section::create(static_cast<uint64_t>(MaximumSize->QuadPart),
                                       SectionPageProtection, AllocationAttributes);
    if (!section) return section.failure().nt();
    *SectionObject = section->release();
    return STATUS_SUCCESS;
}

/// MmMapViewOfSection (public headers) maps a section into a process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_VIEW_SIZE, STATUS_CONFLICTING_ADDRESSES,
///   STATUS_SECTION_PROTECTION,
///            STATUS_INVALID_PAGE_PROTECTION, STATUS_NO_MEMORY
///   Owner    the process, until MmUnmapViewOfSection
///   Source   public headers; as ZwMapViewOfSection is documented
///   Differs  ZeroBits, CommitSize and AllocationType are not looked at
RSL_EXPORT NTSTATUS NTAPI MmMapViewOfSection(PVOID SectionToMap, PEPROCESS Process,
                                             PVOID* CapturedBase, ULONG_PTR, SIZE_T,
                                             PLARGE_INTEGER SectionOffset, PSIZE_T CapturedViewSize,
                                             SECTION_INHERIT, ULONG, ULONG Protect) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto& section = *static_cast<mm::Section*>(SectionToMap);
    if (section.is_physical()) return STATUS_NOT_SUPPORTED;
    if (!mm::is_page_protection(Protect)) return STATUS_INVALID_PAGE_PROTECTION;
    if (!mm::allows_protection(section.protect(), Protect)) return STATUS_SECTION_PROTECTION;
    const uint64_t offset =
        SectionOffset != nullptr ? static_cast<uint64_t>(SectionOffset->QuadPart) : 0;
    const auto part = part_of(section, offset, *CapturedViewSize);
    if (!part) return part.failure().nt();
    const auto address =
        map(mm::space_of(*reinterpret_cast<ps::Process*>(Process)), section,
            reinterpret_cast<uint64_t>(*CapturedBase), part->offset, part->bytes, Protect);
    if (!address) return address.failure().nt();
    *CapturedBase = reinterpret_cast<PVOID>(*address);
    *CapturedViewSize = part->bytes;
    if (SectionOffset != nullptr) SectionOffset->QuadPart = static_cast<LONGLONG>(part->offset);
    return STATUS_SUCCESS;
}

/// MmUnmapViewOfSection (public headers) takes a view out of a process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_MAPPED_VIEW
///   Owner    the addresses are gone
///   Source   public headers; as ZwUnmapViewOfSection is documented
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI MmUnmapViewOfSection(PEPROCESS Process, PVOID BaseAddress) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    mm::AddressSpace& space = mm::space_of(*reinterpret_cast<ps::Process*>(Process));
    const mm::RegionInfo info = space.query(reinterpret_cast<uint64_t>(BaseAddress));
    const bool is_view = info.used && (info.region.kind == mm::RegionKind::kSection ||
                                       info.region.kind == mm::RegionKind::kPhysical);
    if (!is_view) return STATUS_NOT_MAPPED_VIEW;
    return space.unmap(info.region.allocation).status().nt();
}

/// MmMapViewInSystemSpaceEx (public headers) maps a part of a section into the system's half.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_VIEW_SIZE, STATUS_INVALID_PARAMETER,
///   STATUS_INSUFFICIENT_RESOURCES Owner    the caller, until MmUnmapViewInSystemSpace Source
///   public headers; as MmMapViewInSystemSpace is documented Differs  no flag is known
RSL_EXPORT NTSTATUS NTAPI MmMapViewInSystemSpaceEx(PVOID Section, PVOID* MappedBase,
                                                   PSIZE_T ViewSize, PLARGE_INTEGER SectionOffset,
                                                   ULONG_PTR Flags) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Flags != 0) return STATUS_INVALID_PARAMETER;
    auto& section = *static_cast<mm::Section*>(Section);
    const auto part = part_of(section, static_cast<uint64_t>(SectionOffset->QuadPart), *ViewSize);
    if (!part) return part.failure().nt();
    const auto address = mm::map_view_in_system(section, part->offset, part->bytes);
    if (!address) return address.failure().nt();
    *MappedBase = reinterpret_cast<PVOID>(*address);
    *ViewSize = part->bytes;
    SectionOffset->QuadPart = static_cast<LONGLONG>(part->offset);
    return STATUS_SUCCESS;
}

/// NtQuerySection (public headers) tells what a section is.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_INFO_CLASS, STATUS_INFO_LENGTH_MISMATCH,
///   STATUS_SECTION_NOT_IMAGE,
///            STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED
///   Source   public headers (phnt)
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtQuerySection(HANDLE SectionHandle, ULONG SectionInformationClass,
                                         PVOID SectionInformation, SIZE_T SectionInformationLength,
                                         PSIZE_T ReturnLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    constexpr ULONG kCommit = 0x08000000;  // SEC_COMMIT
    if (SectionInformationClass > kSectionImage) return STATUS_INVALID_INFO_CLASS;
    const ob::ByHandle<mm::Section> section(SectionHandle, mm::Section::kType, SECTION_QUERY);
    if (!section) return section.status();
    if (SectionInformationClass == kSectionImage) return STATUS_SECTION_NOT_IMAGE;
    if (SectionInformationLength < sizeof(SectionBasic)) return STATUS_INFO_LENGTH_MISMATCH;
    const SectionBasic answer = {nullptr,
                                 section->is_physical() ? 0 : kCommit,
                                 {.QuadPart = static_cast<LONGLONG>(section->bytes())}};
    auto told = ps::copy_out(SectionInformation, &answer, sizeof(answer), section.mode());
    if (told && ReturnLength != nullptr)
        told = ps::write_out(ReturnLength, sizeof(answer), section.mode());
    return told.status().nt();
}

/// ZwQuerySection (public headers) is NtQuerySection for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtQuerySection
///   Source   public headers (phnt)
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwQuerySection(HANDLE SectionHandle, ULONG SectionInformationClass,
                                         PVOID SectionInformation, SIZE_T SectionInformationLength,
                                         PSIZE_T ReturnLength) {
    return ps::as_kernel(&NtQuerySection, SectionHandle, SectionInformationClass,
                         SectionInformation, SectionInformationLength, ReturnLength);
}

/// NtLockVirtualMemory (public headers) keeps pages of a process resident.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ACCESS_VIOLATION, STATUS_INVALID_PARAMETER,
///   STATUS_INVALID_HANDLE Source
///   learn.microsoft.com/windows/win32/api/memoryapi/nf-memoryapi-virtuallock Differs  pages that
///   are resident stay so, locked or not; locks are not counted, so a second one is no news
RSL_EXPORT NTSTATUS NTAPI NtLockVirtualMemory(HANDLE ProcessHandle, PVOID* BaseAddress,
                                              PSIZE_T RegionSize, ULONG MapType) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const auto range =
        read_lock_range(ProcessHandle, BaseAddress, RegionSize, MapType, ps::previous_mode());
    if (!range) return range.failure().nt();
    mm::AddressSpace& space = mm::space_of(*range->process);
    for (uint64_t at = range->start; at < range->end; at += arch::kPageBytes) {
        if (!space.bring_in(at, mm::AddressSpace::Access::kRead)) return STATUS_ACCESS_VIOLATION;
    }
    return STATUS_SUCCESS;
}

/// ZwLockVirtualMemory (public headers) is NtLockVirtualMemory for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtLockVirtualMemory
///   Source   as NtLockVirtualMemory
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwLockVirtualMemory(HANDLE ProcessHandle, PVOID* BaseAddress,
                                              PSIZE_T RegionSize, ULONG MapType) {
    return ps::as_kernel(&NtLockVirtualMemory, ProcessHandle, BaseAddress, RegionSize, MapType);
}

/// NtFlushInstructionCache (public headers) makes changed code visible to the processors.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
///   STATUS_ACCESS_DENIED Source
///   learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-flushinstructioncache
///   Differs  nothing known: x64 keeps its instruction caches coherent, and the call serializes
RSL_EXPORT NTSTATUS NTAPI NtFlushInstructionCache(HANDLE ProcessHandle, PVOID, SIZE_T) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto target = mm::process_of(ProcessHandle, PROCESS_VM_WRITE, ps::previous_mode());
    return target.status().nt();
}

/// ZwFlushInstructionCache (public headers) is NtFlushInstructionCache for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtFlushInstructionCache
///   Source   as NtFlushInstructionCache
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwFlushInstructionCache(HANDLE ProcessHandle, PVOID BaseAddress,
                                                  SIZE_T Length) {
    return ps::as_kernel(&NtFlushInstructionCache, ProcessHandle, BaseAddress, Length);
}

/// MmSecureVirtualMemoryEx (ntddk.h) is MmSecureVirtualMemory with flags.
///   IRQL     <= APC_LEVEL
///   Returns  a handle for MmUnsecureVirtualMemory, or NULL
///   Owner    the caller, until MmUnsecureVirtualMemory
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmsecurevirtualmemoryex
///   Differs  no flag is known: with one it fails
RSL_EXPORT HANDLE NTAPI MmSecureVirtualMemoryEx(PVOID Address, SIZE_T Size, ULONG ProbeMode,
                                                ULONG Flags) {
    if (Flags != 0) return nullptr;
    return MmSecureVirtualMemory(Address, Size, ProbeMode);
}

/// MmAllocateContiguousMemoryEx (wdm.h) allocates memory in one physical piece.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_NO_MEMORY
///   Owner    the caller, until MmFreeContiguousMemory
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmallocatecontiguousmemoryex
///   Differs  there is the system partition only; the tag is not kept
RSL_EXPORT NTSTATUS NTAPI MmAllocateContiguousMemoryEx(PSIZE_T NumberOfBytes,
                                                       PHYSICAL_ADDRESS LowestAcceptableAddress,
                                                       PHYSICAL_ADDRESS HighestAcceptableAddress,
                                                       PHYSICAL_ADDRESS BoundaryAddressMultiple,
                                                       ULONG PreferredNode, ULONG Protect,
                                                       PVOID PartitionObject, ULONG, ULONG Flags,
                                                       PVOID* BaseAddress) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    constexpr ULONG kFastOnly = 1;
    *BaseAddress = nullptr;
    if (*NumberOfBytes == 0 || PartitionObject != nullptr || (Flags & ~kFastOnly) != 0)
        return STATUS_INVALID_PARAMETER;
    const SIZE_T bytes = ROUND_TO_PAGES(*NumberOfBytes);
    PVOID memory =
        MmAllocateContiguousNodeMemory(bytes, LowestAcceptableAddress, HighestAcceptableAddress,
                                       BoundaryAddressMultiple, Protect, PreferredNode);
    if (memory == nullptr) return STATUS_NO_MEMORY;
    *NumberOfBytes = bytes;
    *BaseAddress = memory;
    return STATUS_SUCCESS;
}

/// MmAllocateMappingAddressEx (wdm.h) is MmAllocateMappingAddress with flags.
///   IRQL     <= APC_LEVEL
///   Returns  the address, or NULL
///   Owner    the caller, until MmFreeMappingAddress
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmallocatemappingaddressex
///   Differs  the page names no flag: with one it fails
RSL_EXPORT PVOID NTAPI MmAllocateMappingAddressEx(SIZE_T NumberOfBytes, ULONG PoolTag,
                                                  ULONG Flags) {
    return Flags == 0 ? MmAllocateMappingAddress(NumberOfBytes, PoolTag) : nullptr;
}
