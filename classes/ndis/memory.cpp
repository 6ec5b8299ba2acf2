// SPDX-License-Identifier: GPL-2.0-only
// Memory and MDLs, for drivers and for this library; strings, versions, time.
#include "classes/ndis/memory.hpp"

#include <cstring>

#include "abi/functions/rtl_string.h"
#include "classes/ndis/handles.hpp"

namespace rsl::ndis {

void* allocate(size_t bytes, ULONG tag) { return ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, tag); }

void release(void* memory) {
    if (memory != nullptr) ExFreePool(memory);
}

std::byte* address_of(MDL& mdl) {
    if ((mdl.MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) != 0)
        return static_cast<std::byte*>(mdl.MappedSystemVa);
    return static_cast<std::byte*>(MmMapLockedPagesSpecifyCache(
        &mdl, KernelMode, MmCached, nullptr, FALSE, NormalPagePriority | MdlMappingNoExecute));
}

MDL* make_mdl(void* memory, size_t bytes) {
    MDL* const mdl = IoAllocateMdl(memory, static_cast<ULONG>(bytes), FALSE, FALSE, nullptr);
    if (mdl != nullptr) MmBuildMdlForNonPagedPool(mdl);
    return mdl;
}

MDL* make_partial_mdl(MDL& source, size_t offset, size_t bytes) {
    std::byte* const start = static_cast<std::byte*>(source.StartVa) + source.ByteOffset + offset;
    MDL* const mdl = IoAllocateMdl(start, static_cast<ULONG>(bytes), FALSE, FALSE, nullptr);
    if (mdl != nullptr) IoBuildPartialMdl(&source, mdl, start, static_cast<ULONG>(bytes));
    return mdl;
}

void free_mdl(MDL* mdl) { IoFreeMdl(mdl); }

}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisAllocateMdl (ndis.h) makes an MDL of nonpaged memory.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the MDL, or NULL
///   Owner    the driver, until NdisFreeMdl
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatemdl
///   Differs  nothing known
RSL_EXPORT PMDL NTAPI NdisAllocateMdl(NDIS_HANDLE, PVOID VirtualAddress, NDIS_UINT Length) {
    return make_mdl(VirtualAddress, Length);
}

/// NdisFreeMdl (ndis.h) frees an MDL, not the memory.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreemdl
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreeMdl(PMDL Mdl) { free_mdl(Mdl); }

/// NdisAllocateMemoryWithTag (ndis.h) allocates nonpaged memory.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE
///   Owner    the driver, until NdisFreeMemory
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatememorywithtag
///   Differs  the memory is zero
RSL_EXPORT NDIS_STATUS NTAPI NdisAllocateMemoryWithTag(PVOID* VirtualAddress, NDIS_UINT Length,
                                                       ULONG Tag) {
    *VirtualAddress = allocate(Length, Tag);
    return *VirtualAddress == nullptr ? NDIS_STATUS_FAILURE : NDIS_STATUS_SUCCESS;
}

/// NdisAllocateMemoryWithTagPriority (ndis.h) allocates nonpaged memory.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the memory, or NULL
///   Owner    the driver, until NdisFreeMemory or NdisFreeMemoryWithTagPriority
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatememorywithtagpriority
///   Differs  the memory is zero; the priority makes no difference
RSL_EXPORT PVOID NTAPI NdisAllocateMemoryWithTagPriority(NDIS_HANDLE, NDIS_UINT Length, ULONG Tag,
                                                         LONG) {
    return allocate(Length, Tag);
}

/// NdisFreeMemory (ndis.h) frees memory.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreememory
///   Differs  flags of NDIS 5 (contiguous, noncached memory) are not looked at: none of it can be
///   allocated
RSL_EXPORT VOID NTAPI NdisFreeMemory(PVOID VirtualAddress, NDIS_UINT, NDIS_UINT) {
    release(VirtualAddress);
}

/// NdisFreeMemoryWithTagPriority (ndis.h) frees memory.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreememorywithtagpriority
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreeMemoryWithTagPriority(NDIS_HANDLE, PVOID VirtualAddress, ULONG Tag) {
    ExFreePoolWithTag(VirtualAddress, Tag);
}

/// NdisInitializeString (ndis.h) makes an NDIS_STRING of an ANSI text.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing; Buffer is NULL when there was no memory
///   Owner    the driver frees Buffer by NdisFreeMemory
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisinitializestring
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisInitializeString(PNDIS_STRING Destination, PUCHAR Source) {
    const size_t characters = std::strlen(reinterpret_cast<const char*>(Source));
    *Destination = {};
    if (characters >= UINT16_MAX / sizeof(WCHAR)) return;
    const auto bytes = static_cast<USHORT>((characters + 1) * sizeof(WCHAR));
    auto* const text = static_cast<WCHAR*>(allocate(bytes, kTag));
    if (text == nullptr) return;
    *Destination = {.Length = 0, .MaximumLength = bytes, .Buffer = text};
    ANSI_STRING ansi;
    RtlInitAnsiString(&ansi, reinterpret_cast<PCSZ>(Source));
    RtlAnsiStringToUnicodeString(Destination, &ansi, FALSE);
}

/// NdisGetVersion (ndis.h) says which NDIS this is.
///   IRQL     any
///   Returns  major version << 16 | minor version: 6.83, that of the Windows that the kernel says
///   it is Owner    - Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetversion Differs  nothing
///   known
RSL_EXPORT NDIS_UINT NTAPI NdisGetVersion(VOID) {
    constexpr NDIS_UINT kMajor = 6, kMinor = 83;
    return kMajor << 16 | kMinor;
}

/// NdisGetSystemUpTimeEx (ndis.h) gets the milliseconds since the start of the system.
///   IRQL     any
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetsystemuptimeex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisGetSystemUpTimeEx(PLARGE_INTEGER pSystemUpTime) {
    constexpr ULONG64 kUnitsAMillisecond = 10000;
    pSystemUpTime->QuadPart = static_cast<LONGLONG>(KeQueryInterruptTime() / kUnitsAMillisecond);
}

/// NdisGetSharedDataAlignment (ndis.h) says how data that processors share should be aligned.
///   IRQL     any
///   Returns  the bytes of a cache line
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetshareddataalignment
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI NdisGetSharedDataAlignment(VOID) { return SYSTEM_CACHE_ALIGNMENT_SIZE; }

/// NdisGroupActiveProcessorCount (ndis.h) counts a group's processors.
///   IRQL     any
///   Returns  the count
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgroupactiveprocessorcount
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI NdisGroupActiveProcessorCount(USHORT Group) {
    return KeQueryActiveProcessorCountEx(Group);
}

/// NdisProcessorNumberToIndex (ndis.h) makes a system-wide index of a processor's number.
///   IRQL     any
///   Returns  the index, or INVALID_PROCESSOR_INDEX
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisprocessornumbertoindex
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI NdisProcessorNumberToIndex(PPROCESSOR_NUMBER ProcNum) {
    return KeGetProcessorIndexFromNumber(ProcNum);
}

/// NdisAllocateGenericObject (ndis.h) makes a handle for a component that has no other.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the object, or NULL
///   Owner    the driver, until NdisFreeGenericObject
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocategenericobject
///   Differs  Caller and CallersCaller stay NULL
RSL_EXPORT PNDIS_GENERIC_OBJECT NTAPI NdisAllocateGenericObject(PDRIVER_OBJECT DriverObject,
                                                                ULONG Tag, USHORT Size) {
    auto* object =
        static_cast<NDIS_GENERIC_OBJECT*>(allocate(sizeof(NDIS_GENERIC_OBJECT) + Size, Tag));
    if (object == nullptr) return nullptr;
    object->Header = {NDIS_OBJECT_TYPE_GENERIC_OBJECT, 1, sizeof(NDIS_GENERIC_OBJECT)};
    object->DriverObject = DriverObject;
    return object;
}

/// NdisFreeGenericObject (ndis.h) frees it.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreegenericobject
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreeGenericObject(PNDIS_GENERIC_OBJECT NdisObject) {
    release(NdisObject);
}
