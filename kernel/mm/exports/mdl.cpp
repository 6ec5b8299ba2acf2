// SPDX-License-Identifier: GPL-2.0-only
// Memory descriptor lists: making, locking, cutting.
#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "abi/types/io.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/mm/mdl.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/rtl/exception.hpp"

using namespace rsl;

namespace {

uint64_t number_of(const void* address) { return reinterpret_cast<uint64_t>(address); }

}  // namespace

/// MmSizeOfMdl (wdm.h) tells how many bytes an MDL for a buffer takes.
///   IRQL     any
///   Returns  the bytes
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmsizeofmdl
///   Differs  nothing known
RSL_EXPORT SIZE_T NTAPI MmSizeOfMdl(PVOID Base, SIZE_T Length) {
    return mm::mdl_bytes(number_of(Base), Length);
}

/// MmCreateMdl (ntddk.h, obsolete) initializes an MDL, from the pool if the caller has none.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the MDL, or NULL
///   Owner    the caller, until ExFreePool if it came from the pool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocatemdl (its successor)
///   Differs  nothing known
RSL_EXPORT PMDL NTAPI MmCreateMdl(PMDL MemoryDescriptorList, PVOID Base, SIZE_T Length) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (MemoryDescriptorList == nullptr) return mm::make_mdl(number_of(Base), Length);
    mm::initialize_mdl(*MemoryDescriptorList, number_of(Base), Length);
    return MemoryDescriptorList;
}

/// IoAllocateMdl (wdm.h) makes an MDL that can describe a buffer, and puts it into an IRP.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the MDL, or NULL
///   Owner    the caller, until IoFreeMdl; with an IRP, whoever completes it
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocatemdl
///   Differs  quota is not charged
RSL_EXPORT PMDL NTAPI IoAllocateMdl(PVOID VirtualAddress, ULONG Length, BOOLEAN SecondaryBuffer, BOOLEAN,
                                    PIRP Irp) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    PMDL mdl = mm::make_mdl(number_of(VirtualAddress), Length);
    if (mdl == nullptr || Irp == nullptr) return mdl;
    PMDL* link = &Irp->MdlAddress;
    while (SecondaryBuffer && *link != nullptr) link = &(*link)->Next;
    *link = mdl;
    return mdl;
}

/// IoFreeMdl (wdm.h) frees an MDL. Its pages stay locked if they were.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the MDL is gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iofreemdl
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoFreeMdl(PMDL Mdl) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    mm::free_mdl(*Mdl);
}

/// IoBuildPartialMdl (wdm.h) makes an MDL describe a part of what another one describes.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the pages stay the source's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iobuildpartialmdl
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoBuildPartialMdl(PMDL SourceMdl, PMDL TargetMdl, PVOID VirtualAddress,
                                        ULONG Length) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    mm::build_partial(*SourceMdl, *TargetMdl, number_of(VirtualAddress), Length);
}

/// MmBuildMdlForNonPagedPool (wdm.h) fills in the pages of resident kernel memory.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the memory stays its owner's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmbuildmdlfornonpagedpool
///   Differs  nothing known
RSL_EXPORT VOID NTAPI MmBuildMdlForNonPagedPool(PMDL MemoryDescriptorList) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    mm::build_for_nonpaged(*MemoryDescriptorList);
}

/// MmProbeAndLockPages (wdm.h) brings the pages of a buffer in and holds them.
///   IRQL     <= DISPATCH_LEVEL for resident memory, else <= APC_LEVEL
///   Returns  nothing; raises STATUS_ACCESS_VIOLATION, or STATUS_INSUFFICIENT_RESOURCES without memory
///   Owner    the MDL holds the pages until MmUnlockPages
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmprobeandlockpages
///   Differs  nothing known
RSL_EXPORT VOID NTAPI MmProbeAndLockPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                                          LOCK_OPERATION Operation) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const auto locked = mm::lock_mdl(*MemoryDescriptorList, AccessMode, Operation);
    if (!locked) rtl::raise_status(locked.status().nt());
}

/// MmProbeAndLockProcessPages (ntddk.h) does the same for addresses of another process.
///   IRQL     <= APC_LEVEL
///   Returns  nothing; raises as MmProbeAndLockPages
///   Owner    the MDL holds the pages until MmUnlockPages
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmprobeandlockpages
///   Differs  nothing known
RSL_EXPORT VOID NTAPI MmProbeAndLockProcessPages(PMDL MemoryDescriptorList, PEPROCESS Process,
                                                 KPROCESSOR_MODE AccessMode, LOCK_OPERATION Operation) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    KAPC_STATE state;
    KeStackAttachProcess(Process, &state);
    const Status locked = mm::lock_mdl(*MemoryDescriptorList, AccessMode, Operation).status();
    KeUnstackDetachProcess(&state);
    if (locked.failed()) rtl::raise_status(locked.nt());
}

/// MmUnlockPages (wdm.h) lets the pages go, and takes the MDL's kernel mapping out first.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmunlockpages
///   Differs  nothing known
RSL_EXPORT VOID NTAPI MmUnlockPages(PMDL MemoryDescriptorList) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    mm::unlock_mdl(*MemoryDescriptorList);
}

/// MmAdvanceMdl (wdm.h) moves the beginning of an MDL's buffer.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER_2 beyond the end
///   Owner    pages that were passed are unlocked
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmadvancemdl
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI MmAdvanceMdl(PMDL Mdl, ULONG NumberOfBytes) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (NumberOfBytes > Mdl->ByteCount) return STATUS_INVALID_PARAMETER_2;
    mm::advance_mdl(*Mdl, NumberOfBytes);
    return STATUS_SUCCESS;
}

/// MmAllocatePagesForMdl (wdm.h) allocates zeroed pages without addresses.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  an MDL, perhaps of fewer pages than asked for, or NULL
///   Owner    the caller: MmFreePagesFromMdl for the pages, then ExFreePool for the MDL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmallocatepagesformdl
///   Differs  nothing known
RSL_EXPORT PMDL NTAPI MmAllocatePagesForMdl(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
                                            PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes) {
    return MmAllocatePagesForMdlEx(LowAddress, HighAddress, SkipBytes, TotalBytes, MmCached, 0);
}

/// MmAllocatePagesForMdlEx (wdm.h) allocates pages without addresses.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  an MDL, perhaps of fewer pages than asked for, or NULL
///   Owner    the caller: MmFreePagesFromMdl for the pages, then ExFreePool for the MDL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmallocatepagesformdlex
///   Differs  RAM is always cached, whatever CacheType says; MM_ALLOCATE_AND_HOT_REMOVE fails
RSL_EXPORT PMDL NTAPI MmAllocatePagesForMdlEx(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
                                              PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes,
                                              MEMORY_CACHING_TYPE, ULONG Flags) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const auto skip = static_cast<uint64_t>(SkipBytes.QuadPart);
    const bool contiguous = (Flags & MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    if (TotalBytes == 0 || TotalBytes > 0xFFFFF000 || skip % PAGE_SIZE != 0) return nullptr;
    if ((Flags & MM_ALLOCATE_AND_HOT_REMOVE) != 0) return nullptr;
    if (contiguous && skip != 0 && ((skip & (skip - 1)) != 0 || TotalBytes % skip != 0)) return nullptr;
    return mm::allocate_mdl_pages({.low = static_cast<uint64_t>(LowAddress.QuadPart),
                                   .high = static_cast<uint64_t>(HighAddress.QuadPart),
                                   .skip = skip,
                                   .bytes = TotalBytes,
                                   .zeroed = (Flags & MM_DONT_ZERO_ALLOCATION) == 0,
                                   .whole_only = (Flags & MM_ALLOCATE_FULLY_REQUIRED) != 0 ||
                                                 (contiguous && skip == 0),
                                   .contiguous = contiguous});
}

/// MmAllocateNodePagesForMdlEx (wdm.h) does the same on a NUMA node; we have one.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  an MDL, perhaps of fewer pages than asked for, or NULL
///   Owner    the caller: MmFreePagesFromMdl for the pages, then ExFreePool for the MDL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmallocatenodepagesformdlex
///   Differs  as MmAllocatePagesForMdlEx; the node is ignored
RSL_EXPORT PMDL NTAPI MmAllocateNodePagesForMdlEx(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
                                                  PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes,
                                                  MEMORY_CACHING_TYPE CacheType, ULONG, ULONG Flags) {
    return MmAllocatePagesForMdlEx(LowAddress, HighAddress, SkipBytes, TotalBytes, CacheType, Flags);
}

/// MmAllocateMdlForIoSpace (wdm.h) makes an MDL of device memory.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER_1 (alignment, RAM), STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller, until IoFreeMdl
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmallocatemdlforiospace
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI MmAllocateMdlForIoSpace(PMM_PHYSICAL_ADDRESS_LIST PhysicalAddressList,
                                                  SIZE_T NumberOfEntries, PMDL* NewMdl) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    uint64_t total = 0;
    for (SIZE_T i = 0; i < NumberOfEntries; ++i) {
        const auto [base, bytes] = PhysicalAddressList[i];
        const bool aligned = (static_cast<uint64_t>(base.QuadPart) | bytes) % PAGE_SIZE == 0;
        if (!aligned || mm::is_ram(static_cast<uint64_t>(base.QuadPart))) return STATUS_INVALID_PARAMETER_1;
        if (bytes > MAXULONG - total) return STATUS_INVALID_PARAMETER_1;
        total += bytes;
    }
    PMDL mdl = mm::make_mdl(0, total);
    if (mdl == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    PFN_NUMBER* frames = mm::pfn_array(*mdl);
    for (SIZE_T i = 0; i < NumberOfEntries; ++i) {
        const auto first = static_cast<uint64_t>(PhysicalAddressList[i].PhysicalAddress.QuadPart) / PAGE_SIZE;
        for (uint64_t page = 0; page < PhysicalAddressList[i].NumberOfBytes / PAGE_SIZE; ++page) {
            *frames++ = first + page;
        }
    }
    mdl->MdlFlags |= MDL_PAGES_LOCKED | MDL_IO_SPACE;
    *NewMdl = mdl;
    return STATUS_SUCCESS;
}

/// MmFreePagesFromMdl (wdm.h) frees the pages of MmAllocatePagesForMdl(Ex).
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the MDL itself stays the caller's, until ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmfreepagesfrommdl
///   Differs  nothing known
RSL_EXPORT VOID NTAPI MmFreePagesFromMdl(PMDL MemoryDescriptorList) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    mm::free_mdl_pages(*MemoryDescriptorList);
}
