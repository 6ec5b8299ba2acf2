// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/thunks.hpp"

namespace rsl::vf {
namespace {

struct Thunk {
    std::string_view name;
    void* routine;
};
#define RSL_VF_THUNK(name) {#name, reinterpret_cast<void*>(&thunk::name)}
const Thunk kThunks[] = {
    RSL_VF_THUNK(KfRaiseIrql),
    RSL_VF_THUNK(KeRaiseIrql),
    RSL_VF_THUNK(KeLowerIrql),
    RSL_VF_THUNK(KfLowerIrql),
    RSL_VF_THUNK(KeRaiseIrqlToDpcLevel),
    RSL_VF_THUNK(KeRaiseIrqlToSynchLevel),
    RSL_VF_THUNK(KeEnterCriticalRegion),
    RSL_VF_THUNK(KeLeaveCriticalRegion),
    RSL_VF_THUNK(KeSynchronizeExecution),
    RSL_VF_THUNK(KeAcquireSpinLockRaiseToDpc),
    RSL_VF_THUNK(KeAcquireSpinLock),
    RSL_VF_THUNK(KeReleaseSpinLock),
    RSL_VF_THUNK(KeAcquireSpinLockAtDpcLevel),
    RSL_VF_THUNK(KeReleaseSpinLockFromDpcLevel),
    RSL_VF_THUNK(KeTryToAcquireSpinLockAtDpcLevel),
    RSL_VF_THUNK(KeAcquireSpinLockForDpc),
    RSL_VF_THUNK(KeReleaseSpinLockForDpc),
    RSL_VF_THUNK(KeAcquireSpinLockRaiseToSynch),
    RSL_VF_THUNK(KeInitializeSpinLock),
    RSL_VF_THUNK(KeAcquireInStackQueuedSpinLock),
    RSL_VF_THUNK(KeReleaseInStackQueuedSpinLock),
    RSL_VF_THUNK(KeAcquireInStackQueuedSpinLockAtDpcLevel),
    RSL_VF_THUNK(KeReleaseInStackQueuedSpinLockFromDpcLevel),
    RSL_VF_THUNK(IoAcquireCancelSpinLock),
    RSL_VF_THUNK(IoReleaseCancelSpinLock),
    RSL_VF_THUNK(ExAcquireFastMutex),
    RSL_VF_THUNK(ExReleaseFastMutex),
    RSL_VF_THUNK(ExTryToAcquireFastMutex),
    RSL_VF_THUNK(ExAcquireFastMutexUnsafe),
    RSL_VF_THUNK(ExReleaseFastMutexUnsafe),
    RSL_VF_THUNK(KeInitializeGuardedMutex),
    RSL_VF_THUNK(KeAcquireGuardedMutex),
    RSL_VF_THUNK(KeReleaseGuardedMutex),
    RSL_VF_THUNK(KeTryToAcquireGuardedMutex),
    RSL_VF_THUNK(KeInitializeMutex),
    RSL_VF_THUNK(KeReleaseMutex),
    RSL_VF_THUNK(PsTerminateSystemThread),
    RSL_VF_THUNK(KeWaitForSingleObject),
    RSL_VF_THUNK(KeWaitForMutexObject),
    RSL_VF_THUNK(KeWaitForMultipleObjects),
    RSL_VF_THUNK(KeSetEvent),
    RSL_VF_THUNK(ExAllocatePool),
    RSL_VF_THUNK(ExAllocatePoolWithTag),
    RSL_VF_THUNK(ExAllocatePoolWithTagPriority),
    RSL_VF_THUNK(ExAllocatePoolWithQuota),
    RSL_VF_THUNK(ExAllocatePoolWithQuotaTag),
    RSL_VF_THUNK(ExAllocatePool2),
    RSL_VF_THUNK(ExFreePool),
    RSL_VF_THUNK(ExFreePoolWithTag),
    RSL_VF_THUNK(ExInitializeResourceLite),
    RSL_VF_THUNK(ExDeleteResourceLite),
    RSL_VF_THUNK(ExAcquireResourceExclusiveLite),
    RSL_VF_THUNK(ExAcquireResourceSharedLite),
    RSL_VF_THUNK(ExReleaseResourceLite),
    RSL_VF_THUNK(ExInitializeNPagedLookasideList),
    RSL_VF_THUNK(ExDeleteNPagedLookasideList),
    RSL_VF_THUNK(ExInitializePagedLookasideList),
    RSL_VF_THUNK(ExDeletePagedLookasideList),
    RSL_VF_THUNK(IoAllocateMdl),
    RSL_VF_THUNK(IoFreeMdl),
    RSL_VF_THUNK(MmProbeAndLockPages),
    RSL_VF_THUNK(MmUnlockPages),
    RSL_VF_THUNK(MmBuildMdlForNonPagedPool),
    RSL_VF_THUNK(MmMapLockedPages),
    RSL_VF_THUNK(MmMapLockedPagesSpecifyCache),
    RSL_VF_THUNK(MmUnmapLockedPages),
    RSL_VF_THUNK(MmMapIoSpace),
    RSL_VF_THUNK(MmUnmapIoSpace),
    RSL_VF_THUNK(MmAllocateContiguousMemory),
    RSL_VF_THUNK(MmLockPagableDataSection),
    RSL_VF_THUNK(MmLockPagableSectionByHandle),
    RSL_VF_THUNK(MmUnlockPagableImageSection),
    RSL_VF_THUNK(IofCallDriver),
    RSL_VF_THUNK(IoCallDriver),
    RSL_VF_THUNK(IofCompleteRequest),
    RSL_VF_THUNK(IoCompleteRequest),
    RSL_VF_THUNK(IoAllocateIrp),
    RSL_VF_THUNK(IoFreeIrp),
    RSL_VF_THUNK(IoInitializeIrp),
    RSL_VF_THUNK(IoReuseIrp),
    RSL_VF_THUNK(IoDeleteDevice),
    RSL_VF_THUNK(IoDetachDevice),
    RSL_VF_THUNK(IoInitializeTimer),
    RSL_VF_THUNK(IoAllocateWorkItem),
    RSL_VF_THUNK(IoFreeWorkItem),
    RSL_VF_THUNK(ObReferenceObjectByHandle),
    RSL_VF_THUNK(ZwClose),
    RSL_VF_THUNK(MmGetSystemRoutineAddress),
    RSL_VF_THUNK(IoGetDmaAdapter),
};

/// Zw routines that take a handle's place first and OBJECT_ATTRIBUTES third.
constexpr std::string_view kThirdIsAttributes[] = {
    "ZwCreateFile",          "ZwOpenFile",
    "ZwCreateKey",           "ZwOpenKey",
    "ZwOpenKeyEx",           "ZwCreateSection",
    "ZwOpenSection",         "ZwCreateEvent",
    "ZwOpenEvent",           "ZwCreateDirectoryObject",
    "ZwOpenDirectoryObject", "ZwOpenSymbolicLinkObject",
    "ZwOpenProcess",         "ZwCreateTimer",
    "ZwOpenTimer",
};

}  // namespace

uint64_t find_thunk(std::string_view function) {
    for (const Thunk& known : kThunks) {
        if (known.name == function) return reinterpret_cast<uint64_t>(known.routine);
    }
    return 0;
}

uint8_t pointers_of(std::string_view function) {
    constexpr uint8_t kHandleOut = 1 << 4, kAttributes = 1 << 2;
    for (const std::string_view known : kThirdIsAttributes) {
        if (known == function) return kHandleOut | kAttributes;
    }
    return 0;
}

}  // namespace rsl::vf
