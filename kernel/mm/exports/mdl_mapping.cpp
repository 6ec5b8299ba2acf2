// SPDX-License-Identifier: GPL-2.0-only
// Addresses for the pages of MDLs.
#include "abi/functions/export.h"
#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/mdl.hpp"
#include "kernel/mm/system_space.hpp"
#include "kernel/rtl/exception.hpp"

using namespace rsl;

namespace {

PVOID pointer_to(uint64_t address) { return reinterpret_cast<PVOID>(address); }

/// The protection that a PAGE_* value asks for in kernel space, if it is one; nothing for PAGE_NOACCESS.
Result<std::optional<arch::Protection>> kernel_protection(ULONG protect) {
    switch (protect) {
        case PAGE_NOACCESS: return std::optional<arch::Protection>();
        case PAGE_READONLY: return arch::Protection{};
        case PAGE_READWRITE: return arch::Protection{.writable = true};
        case PAGE_EXECUTE:
        case PAGE_EXECUTE_READ: return arch::Protection{.executable = true};
        case PAGE_EXECUTE_READWRITE:  // as the documentation promises: an exception from W^X
            return arch::Protection{.writable = true, .executable = true, .write_execute_promised = true};
        default: return Status(STATUS_INVALID_PAGE_PROTECTION);
    }
}

}  // namespace

/// MmMapLockedPages (wdm.h, obsolete) maps an MDL's pages, or stops the machine.
///   IRQL     <= DISPATCH_LEVEL; UserMode <= APC_LEVEL
///   Returns  the address; bug check NO_MORE_SYSTEM_PTES, or an exception for UserMode, when it fails
///   Owner    the caller, until MmUnmapLockedPages
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmmaplockedpages
///   Differs  kernel mappings do not execute
RSL_EXPORT PVOID NTAPI MmMapLockedPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode) {
    return MmMapLockedPagesSpecifyCache(MemoryDescriptorList, AccessMode, MmCached, nullptr, TRUE,
                                        HighPagePriority);
}

/// MmMapLockedPagesSpecifyCache (wdm.h) maps an MDL's pages.
///   IRQL     <= DISPATCH_LEVEL; UserMode <= APC_LEVEL
///   Returns  the address; NULL, or a bug check as the caller chose, for KernelMode; raises
///            STATUS_INSUFFICIENT_RESOURCES or what forbids the address for UserMode
///   Owner    the caller, until MmUnmapLockedPages
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmmaplockedpagesspecifycache
///   Differs  kernel mappings do not execute; RAM is cached whatever CacheType says
RSL_EXPORT PVOID NTAPI MmMapLockedPagesSpecifyCache(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                                                    MEMORY_CACHING_TYPE CacheType, PVOID RequestedAddress,
                                                    ULONG BugCheckOnFailure, ULONG Priority) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const mm::MdlMapping how{.caching = mm::caching_of(CacheType),
                             .writable = (Priority & MdlMappingNoWrite) == 0};
    if (AccessMode == UserMode) {
        RSL_IRQL_AT_MOST(APC_LEVEL);
        const auto address = mm::map_mdl_for_user(*MemoryDescriptorList, how,
                                                  reinterpret_cast<uint64_t>(RequestedAddress));
        if (!address) rtl::raise_status(address.status().nt());
        return pointer_to(*address);
    }
    const auto address = mm::map_mdl(*MemoryDescriptorList, how);
    if (address) return pointer_to(*address);
    if (BugCheckOnFailure) {
        ke::bug_check(NO_MORE_SYSTEM_PTES, 0, MemoryDescriptorList->ByteCount, 0, 0,
                      {.explanation = "a driver insisted on a mapping that there is no memory for"});
    }
    return nullptr;
}

/// MmUnmapLockedPages (wdm.h) takes a mapping of an MDL out.
///   IRQL     <= DISPATCH_LEVEL; a user address <= APC_LEVEL, in its process
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmunmaplockedpages
///   Differs  nothing known
RSL_EXPORT VOID NTAPI MmUnmapLockedPages(PVOID BaseAddress, PMDL MemoryDescriptorList) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    mm::unmap_mdl(*MemoryDescriptorList, reinterpret_cast<uint64_t>(BaseAddress));
}

/// MmProtectMdlSystemAddress (wdm.h) changes what an MDL's kernel mapping allows.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_MAPPED_VIEW, STATUS_INVALID_PAGE_PROTECTION
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmprotectmdlsystemaddress
///   Differs  what may be executed may be read; a mapping that was made before any driver knew this function
///            may be shared, and then fails with STATUS_INVALID_PAGE_PROTECTION
RSL_EXPORT NTSTATUS NTAPI MmProtectMdlSystemAddress(PMDL MemoryDescriptorList, ULONG NewProtect) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if ((MemoryDescriptorList->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) == 0) return STATUS_NOT_MAPPED_VIEW;
    const auto protection = kernel_protection(NewProtect);
    if (!protection) return protection.failure().nt();
    const auto done = mm::protect_mdl(*MemoryDescriptorList, *protection);
    return done || done.failure() != Status::kInvalidParameter ? done.status().nt() : STATUS_INVALID_PAGE_PROTECTION;
}

/// MmAllocateMappingAddress (wdm.h) reserves kernel addresses for later mappings.
///   IRQL     <= APC_LEVEL
///   Returns  the address, or NULL
///   Owner    the caller, until MmFreeMappingAddress
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmallocatemappingaddress
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI MmAllocateMappingAddress(SIZE_T NumberOfBytes, ULONG PoolTag) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const uint64_t bytes = ROUND_TO_PAGES(NumberOfBytes);
    const auto address = mm::reserve_system_range(bytes);
    if (!address) return nullptr;
    mm::note_range_use(*address, mm::RangeUse::kMapping, {.tag = PoolTag, .bytes = bytes});
    return pointer_to(*address);
}

/// MmFreeMappingAddress (wdm.h) gives reserved addresses back.
///   IRQL     <= APC_LEVEL
///   Returns  nothing; bug check SYSTEM_PTE_MISUSE for what is not reserved, or with another tag
///   Owner    the addresses are gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmfreemappingaddress
///   Differs  nothing known
RSL_EXPORT VOID NTAPI MmFreeMappingAddress(PVOID BaseAddress, ULONG PoolTag) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const auto address = reinterpret_cast<uint64_t>(BaseAddress);
    const auto note = mm::find_range_use(address, mm::RangeUse::kMapping);
    if (!note || note->tag != PoolTag) {
        constexpr uint64_t kNotOwned = 0x101;
        ke::bug_check(SYSTEM_PTE_MISUSE, kNotOwned, address, PoolTag, note ? note->tag : 0,
                      {.explanation = "a mapping address was freed that is not reserved with this tag"});
    }
    mm::release_system_range(address, note->bytes);
}

/// MmMapLockedPagesWithReservedMapping (wdm.h) maps an MDL at addresses that were reserved for it.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the address; NULL when the MDL does not fit, or the tag is another one
///   Owner    the caller, until MmUnmapReservedMapping
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmmaplockedpageswithreservedmapping
///   Differs  a first mapping may fail for want of memory for a page table
RSL_EXPORT PVOID NTAPI MmMapLockedPagesWithReservedMapping(PVOID MappingAddress, ULONG PoolTag,
                                                           PMDL MemoryDescriptorList,
                                                           MEMORY_CACHING_TYPE CacheType) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const auto reserved = reinterpret_cast<uint64_t>(MappingAddress);
    const auto note = mm::find_range_use(reserved, mm::RangeUse::kMapping);
    const uint64_t needed = mm::mdl_pages(*MemoryDescriptorList) * uint64_t{PAGE_SIZE};
    if (!note || note->tag != PoolTag || note->bytes < needed) return nullptr;
    const auto address =
        mm::map_mdl_at(*MemoryDescriptorList, reserved, {.caching = mm::caching_of(CacheType)});
    return address ? pointer_to(*address) : nullptr;
}

/// MmUnmapReservedMapping (wdm.h) takes that mapping out; the addresses stay reserved.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmunmapreservedmapping
///   Differs  nothing known
RSL_EXPORT VOID NTAPI MmUnmapReservedMapping(PVOID BaseAddress, ULONG, PMDL MemoryDescriptorList) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    mm::unmap_mdl_at(*MemoryDescriptorList, reinterpret_cast<uint64_t>(BaseAddress));
}
