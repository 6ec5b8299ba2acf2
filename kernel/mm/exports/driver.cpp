// SPDX-License-Identifier: GPL-2.0-only
// Paging of driver images, and what kind of system this is. Every image is resident, so locking has
// nothing to do; the calls still check what they are given.
#include "abi/functions/export.h"
#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/mm/pages.hpp"

using namespace rsl;

namespace {

/// The module that an address lies in. There is none: the caller is wrong, as on Windows.
const ldr::Module& module_around(const void* address, const char* function) {
    const ldr::Module* module = ldr::module_of(reinterpret_cast<uint64_t>(address));
    if (module == nullptr) {
        ke::bug_check(MEMORY_MANAGEMENT, 0x1234, reinterpret_cast<uint64_t>(address), 0, 0,
                      {.explanation = function});
    }
    return *module;
}

}  // namespace

/// MmLockPagableDataSection (wdm.h; MmLockPagableCodeSection is the same) keeps a section resident.
///   IRQL     <= APC_LEVEL
///   Returns  a handle for the two routines below
///   Owner    the caller, until MmUnlockPagableImageSection
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmlockpagabledatasection
///   Differs  images are always resident
RSL_EXPORT PVOID NTAPI MmLockPagableDataSection(PVOID AddressWithinSection) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    module_around(AddressWithinSection, "MmLockPagableDataSection got an address outside of every driver");
    return AddressWithinSection;
}

/// MmLockPagableSectionByHandle (ntddk.h) keeps a section resident once more.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Owner    the caller, until MmUnlockPagableImageSection
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmlockpagablesectionbyhandle
///   Differs  images are always resident
RSL_EXPORT VOID NTAPI MmLockPagableSectionByHandle(PVOID ImageSectionHandle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    module_around(ImageSectionHandle, "MmLockPagableSectionByHandle got a handle that is none");
}

/// MmUnlockPagableImageSection (wdm.h) undoes one of the two.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmunlockpagableimagesection
///   Differs  images are always resident
RSL_EXPORT VOID NTAPI MmUnlockPagableImageSection(PVOID ImageSectionHandle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    module_around(ImageSectionHandle, "MmUnlockPagableImageSection got a handle that is none");
}

/// MmPageEntireDriver (wdm.h) makes all of a driver pageable.
///   IRQL     <= APC_LEVEL
///   Returns  the base of the driver's image
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmpageentiredriver
///   Differs  images stay resident
RSL_EXPORT PVOID NTAPI MmPageEntireDriver(PVOID AddressWithinSection) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const auto& module =
        module_around(AddressWithinSection, "MmPageEntireDriver got an address outside of every driver");
    return reinterpret_cast<PVOID>(module.base());
}

/// MmResetDriverPaging (wdm.h) undoes MmPageEntireDriver.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmresetdriverpaging
///   Differs  images are always resident
RSL_EXPORT VOID NTAPI MmResetDriverPaging(PVOID AddressWithinSection) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    module_around(AddressWithinSection, "MmResetDriverPaging got an address outside of every driver");
}

/// MmQuerySystemSize (wdm.h) estimates how much memory there is.
///   IRQL     any
///   Returns  MmSmallSystem below 128 MB, MmMediumSystem below 1 GB, else MmLargeSystem
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmquerysystemsize
///   Differs  the limits are ours; Windows documents none
RSL_EXPORT MM_SYSTEMSIZE NTAPI MmQuerySystemSize(VOID) {
    uint64_t bytes = 0;
    for (const mm::RamRange& range : mm::ram_ranges()) bytes += range.bytes;
    if (bytes < uint64_t{128} << 20) return MmSmallSystem;
    return bytes < uint64_t{1} << 30 ? MmMediumSystem : MmLargeSystem;
}

/// MmIsThisAnNtAsSystem (ntddk.h) tells servers from workstations.
///   IRQL     any
///   Returns  FALSE: a workstation
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmisthisanntassystem
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI MmIsThisAnNtAsSystem(VOID) { return FALSE; }
