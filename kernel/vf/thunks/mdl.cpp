// SPDX-License-Identifier: GPL-2.0-only
// Memory descriptor lists and mappings. Pages that a driver locks are not taken away from it
// meanwhile.
#include "kernel/mm/mdl.hpp"
#include "abi/types/status.h"
#include "kernel/arch/arch.hpp"
#include "kernel/rtl/exception.hpp"
#include "kernel/vf/pageable.hpp"
#include "kernel/vf/thunks.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint32_t kViolation = DRIVER_VERIFIER_DETECTED_VIOLATION;

struct LevelRule {
    KIRQL highest;
    uint64_t code;
    const char* rule;
};
void check_level(const Caller& caller, const LevelRule& rule, uint64_t third, uint64_t fourth) {
    const KIRQL now = arch::irql();
    if (caller.driver == nullptr || now <= rule.highest) return;
    stop(caller, {kViolation,
                  {rule.code, now, third, fourth},
                  rule.rule,
                  "call it at a lower IRQL: before the level is raised, or in a work item"});
}

void check_flags(const Caller& caller, const MDL& mdl, CSHORT wrong, uint64_t code,
                 const char* rule, const char* advice) {
    const auto flags = static_cast<USHORT>(mdl.MdlFlags & wrong);
    if (caller.driver == nullptr || flags == 0) return;
    stop(caller, {kViolation,
                  {code, number_of(&mdl), static_cast<USHORT>(mdl.MdlFlags), flags},
                  rule,
                  advice});
}

uint64_t start_of(const MDL& mdl) { return number_of(mdl.StartVa) + mdl.ByteOffset; }

void check_mapping(const Caller& caller, const MDL& mdl) {
    constexpr CSHORT kMappable =
        MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL | MDL_IO_SPACE;
    if (caller.driver == nullptr) return;
    if ((mdl.MdlFlags & kMappable) == 0) {
        stop(caller,
             {kViolation,
              {0xB3, number_of(&mdl), static_cast<USHORT>(mdl.MdlFlags), kMappable},
              "the driver mapped an MDL whose pages are not locked",
              "call MmProbeAndLockPages, or MmBuildMdlForNonPagedPool for nonpaged pool, first"});
    }
    check_flags(caller, mdl, MDL_MAPPED_TO_SYSTEM_VA, 0xB2,
                "the driver mapped an MDL that is mapped already",
                "use MmGetSystemAddressForMdlSafe, which returns the mapping there is");
}

}  // namespace

namespace thunk {

PMDL NTAPI IoAllocateMdl(PVOID VirtualAddress, ULONG Length, BOOLEAN SecondaryBuffer,
                         BOOLEAN ChargeQuota, PIRP Irp) {
    RSL_VF_CALLER();
    if (caller.driver != nullptr && caller.driver->should_fail()) return nullptr;
    PMDL mdl = ::IoAllocateMdl(VirtualAddress, Length, SecondaryBuffer, ChargeQuota, Irp);
    // One that hangs on an IRP goes with it.
    if (mdl != nullptr && Irp == nullptr && caller.has(kPoolTracking)) {
        caller.driver->note({.address = number_of(mdl),
                             .bytes = mm::mdl_bytes(number_of(VirtualAddress), Length),
                             .caller = caller.address,
                             .thing = Thing::kMdl});
    }
    return mdl;
}
VOID NTAPI IoFreeMdl(PMDL Mdl) {
    RSL_VF_CALLER();
    if (caller.driver != nullptr) {
        if ((Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0 && (Mdl->MdlFlags & MDL_PARTIAL) == 0) {
            stop(caller, {kViolation,
                          {0xB8, number_of(Mdl), static_cast<USHORT>(Mdl->MdlFlags), 0},
                          "the driver freed an MDL whose pages are still mapped",
                          "call MmUnmapLockedPages, or MmUnlockPages, before IoFreeMdl"});
        }
        caller.driver->forget(number_of(Mdl), Thing::kMdl);
    }
    ::IoFreeMdl(Mdl);
}

VOID NTAPI MmProbeAndLockPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                               LOCK_OPERATION Operation) {
    RSL_VF_CALLER();
    MDL& mdl = *MemoryDescriptorList;
    check_level(
        caller,
        {DISPATCH_LEVEL, 0x70, "the driver called MmProbeAndLockPages above DISPATCH_LEVEL"},
        number_of(&mdl), static_cast<uint64_t>(AccessMode));
    check_flags(
        caller, mdl, MDL_SOURCE_IS_NONPAGED_POOL | MDL_PAGES_LOCKED | MDL_PARTIAL, 0xB0,
        "the driver called MmProbeAndLockPages for an MDL whose pages are locked or nonpaged",
        "lock an MDL once; one of MmBuildMdlForNonPagedPool needs no locking");
    if (caller.driver != nullptr && caller.driver->should_fail())
        rtl::raise_status(STATUS_INSUFFICIENT_RESOURCES);
    lock_pageable(start_of(mdl), mdl.ByteCount);
    ::MmProbeAndLockPages(MemoryDescriptorList, AccessMode, Operation);
    if (caller.has(kPoolTracking)) {
        caller.driver->note({.address = number_of(&mdl),
                             .bytes = mdl.ByteCount,
                             .caller = caller.address,
                             .thing = Thing::kLockedMdl});
    }
}
VOID NTAPI MmUnlockPages(PMDL MemoryDescriptorList) {
    RSL_VF_CALLER();
    MDL& mdl = *MemoryDescriptorList;
    check_level(caller,
                {DISPATCH_LEVEL, 0x78, "the driver called MmUnlockPages above DISPATCH_LEVEL"},
                number_of(&mdl), 0);
    check_flags(caller, mdl, MDL_PARTIAL, 0xB4, "the driver called MmUnlockPages for a partial MDL",
                "unlock the MDL that it is a part of");
    check_flags(caller, mdl, MDL_SOURCE_IS_NONPAGED_POOL, 0x7D,
                "the driver called MmUnlockPages for an MDL of nonpaged pool",
                "such pages were never locked");
    if (caller.driver != nullptr && (mdl.MdlFlags & MDL_PAGES_LOCKED) == 0) {
        stop(caller, {kViolation,
                      {0x7C, number_of(&mdl), static_cast<USHORT>(mdl.MdlFlags), 0},
                      "the driver called MmUnlockPages for an MDL whose pages were never locked",
                      "unlock once what MmProbeAndLockPages has locked"});
    }
    if (caller.driver != nullptr) caller.driver->forget(number_of(&mdl), Thing::kLockedMdl);
    unlock_pageable(start_of(mdl), mdl.ByteCount);
    ::MmUnlockPages(MemoryDescriptorList);
}
VOID NTAPI MmBuildMdlForNonPagedPool(PMDL MemoryDescriptorList) {
    RSL_VF_CALLER();
    MDL& mdl = *MemoryDescriptorList;
    if (caller.driver != nullptr && is_pageable(start_of(mdl))) {
        stop(caller, {kViolation,
                      {0x7F, arch::irql(), number_of(&mdl), static_cast<USHORT>(mdl.MdlFlags)},
                      "the driver called MmBuildMdlForNonPagedPool for paged pool",
                      "call MmProbeAndLockPages for it, or allocate it from NonPagedPoolNx"});
    }
    ::MmBuildMdlForNonPagedPool(MemoryDescriptorList);
}

PVOID NTAPI MmMapLockedPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode) {
    RSL_VF_CALLER();
    if (caller.driver != nullptr) {
        stop(caller,
             {kViolation,
              {0x81, number_of(MemoryDescriptorList),
               static_cast<USHORT>(MemoryDescriptorList->MdlFlags), 0},
              "the driver called MmMapLockedPages, which stops the machine when there is no room",
              "call MmMapLockedPagesSpecifyCache with BugCheckOnFailure FALSE, or "
              "MmGetSystemAddressForMdlSafe"});
    }
    return ::MmMapLockedPages(MemoryDescriptorList, AccessMode);
}
PVOID NTAPI MmMapLockedPagesSpecifyCache(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                                         MEMORY_CACHING_TYPE CacheType, PVOID RequestedAddress,
                                         ULONG BugCheckOnFailure, ULONG Priority) {
    RSL_VF_CALLER();
    MDL& mdl = *MemoryDescriptorList;
    if (AccessMode == KernelMode) {
        check_level(
            caller,
            {DISPATCH_LEVEL, 0x76, "the driver mapped an MDL for kernel mode above DISPATCH_LEVEL"},
            number_of(&mdl), KernelMode);
        if (caller.driver != nullptr && BugCheckOnFailure) {
            stop(caller,
                 {kViolation,
                  {0x82, number_of(&mdl), static_cast<USHORT>(mdl.MdlFlags), 0},
                  "the driver called MmMapLockedPagesSpecifyCache with BugCheckOnFailure TRUE",
                  "pass FALSE, and handle NULL"});
        }
    } else {
        check_level(caller,
                    {APC_LEVEL, 0x77, "the driver mapped an MDL for user mode above APC_LEVEL"},
                    number_of(&mdl), UserMode);
    }
    check_mapping(caller, mdl);
    if (caller.driver != nullptr && AccessMode == KernelMode && caller.driver->should_fail())
        return nullptr;
    return ::MmMapLockedPagesSpecifyCache(MemoryDescriptorList, AccessMode, CacheType,
                                          RequestedAddress, BugCheckOnFailure, Priority);
}
VOID NTAPI MmUnmapLockedPages(PVOID BaseAddress, PMDL MemoryDescriptorList) {
    RSL_VF_CALLER();
    const MDL& mdl = *MemoryDescriptorList;
    const bool kernel = static_cast<int64_t>(number_of(BaseAddress)) < 0;
    check_level(caller,
                {static_cast<KIRQL>(kernel ? DISPATCH_LEVEL : APC_LEVEL),
                 kernel ? uint64_t{0x79} : uint64_t{0x7A},
                 "the driver called MmUnmapLockedPages at an IRQL that is too high"},
                number_of(BaseAddress), number_of(&mdl));
    if (caller.driver != nullptr && kernel && (mdl.MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) == 0 &&
        (mdl.MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED) == 0) {
        stop(caller,
             {kViolation,
              {0xB6, number_of(&mdl), static_cast<USHORT>(mdl.MdlFlags), MDL_MAPPED_TO_SYSTEM_VA},
              "the driver unmapped an MDL that is not mapped to a system address",
              "unmap once what was mapped; an MDL of nonpaged pool has no mapping of its own"});
    }
    ::MmUnmapLockedPages(BaseAddress, MemoryDescriptorList);
}

PVOID NTAPI MmMapIoSpace(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
                         MEMORY_CACHING_TYPE CacheType) {
    RSL_VF_CALLER();
    check_level(caller,
                {DISPATCH_LEVEL, 0x73, "the driver called MmMapIoSpace above DISPATCH_LEVEL"},
                static_cast<uint64_t>(PhysicalAddress.QuadPart), NumberOfBytes);
    if (caller.driver != nullptr && caller.driver->should_fail()) return nullptr;
    return ::MmMapIoSpace(PhysicalAddress, NumberOfBytes, CacheType);
}
VOID NTAPI MmUnmapIoSpace(PVOID BaseAddress, SIZE_T NumberOfBytes) {
    RSL_VF_CALLER();
    check_level(caller,
                {DISPATCH_LEVEL, 0x7B, "the driver called MmUnmapIoSpace above DISPATCH_LEVEL"},
                number_of(BaseAddress), NumberOfBytes);
    ::MmUnmapIoSpace(BaseAddress, NumberOfBytes);
}
PVOID NTAPI MmAllocateContiguousMemory(SIZE_T NumberOfBytes,
                                       PHYSICAL_ADDRESS HighestAcceptableAddress) {
    RSL_VF_CALLER();
    if (caller.driver != nullptr && caller.driver->should_fail()) return nullptr;
    return ::MmAllocateContiguousMemory(NumberOfBytes, HighestAcceptableAddress);
}

// A pageable section that is locked stays where it is.
PVOID NTAPI MmLockPagableDataSection(PVOID AddressWithinSection) {
    RSL_VF_CALLER();
    lock_section_of(number_of(AddressWithinSection), true);
    return ::MmLockPagableDataSection(AddressWithinSection);
}
VOID NTAPI MmLockPagableSectionByHandle(PVOID ImageSectionHandle) {
    RSL_VF_CALLER();
    lock_section_of(number_of(ImageSectionHandle), true);
    ::MmLockPagableSectionByHandle(ImageSectionHandle);
}
VOID NTAPI MmUnlockPagableImageSection(PVOID ImageSectionHandle) {
    RSL_VF_CALLER();
    lock_section_of(number_of(ImageSectionHandle), false);
    ::MmUnlockPagableImageSection(ImageSectionHandle);
}

}  // namespace thunk
}  // namespace rsl::vf
