// SPDX-License-Identifier: GPL-2.0-only
// Mutants and semaphores by handle.
#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "abi/functions/ob.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/objects.hpp"
#include "kernel/ob/exports/by_handle.hpp"
#include "kernel/ob/exports/create.hpp"
#include "kernel/ob/types.hpp"

using namespace rsl;

/// NtCreateMutant (ntobapi.h, as ZwCreateMutant) makes or opens a mutant (a mutex of user mode).
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_EXISTS, STATUS_OBJECT_NAME_COLLISION,
///   STATUS_INVALID_PARAMETER,
///            STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/mutex-objects
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtCreateMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                                         POBJECT_ATTRIBUTES ObjectAttributes,
                                         BOOLEAN InitialOwner) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ob::create_named(MutantHandle, DesiredAccess, ObjectAttributes, [&]() -> Result<void*> {
        void* body = RSL_TRY(ob::allocate_object(ob::kMutantType, sizeof(KMUTANT)));
        ke::initialize_mutant(*static_cast<KMUTANT*>(body), InitialOwner != 0, false);
        return body;
    });
}
/// ZwCreateMutant (ntobapi.h): NtCreateMutant for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtCreateMutant
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/mutex-objects
///   Differs  as NtCreateMutant
RSL_EXPORT NTSTATUS NTAPI ZwCreateMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                                         POBJECT_ATTRIBUTES ObjectAttributes,
                                         BOOLEAN InitialOwner) {
    return ps::as_kernel(&NtCreateMutant, MutantHandle, DesiredAccess, ObjectAttributes,
                         InitialOwner);
}

/// NtOpenMutant (ntobapi.h, as ZwOpenMutant) opens a named mutant.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH,
///   STATUS_ACCESS_DENIED Owner    the caller closes the handle Source
///   learn.microsoft.com/windows-hardware/drivers/kernel/mutex-objects Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtOpenMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                                       POBJECT_ATTRIBUTES ObjectAttributes) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ob::open_named(MutantHandle, DesiredAccess, ObjectAttributes, ob::kMutantType);
}
/// ZwOpenMutant (ntobapi.h): NtOpenMutant for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenMutant
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/mutex-objects
///   Differs  as NtOpenMutant
RSL_EXPORT NTSTATUS NTAPI ZwOpenMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                                       POBJECT_ATTRIBUTES ObjectAttributes) {
    return ps::as_kernel(&NtOpenMutant, MutantHandle, DesiredAccess, ObjectAttributes);
}

/// NtReleaseMutant (ntobapi.h, as ZwReleaseMutant) gives a mutant up.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
///   STATUS_ACCESS_DENIED,
///            STATUS_MUTANT_NOT_OWNED
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/mutex-objects
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtReleaseMutant(HANDLE MutantHandle, PLONG PreviousCount) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<KMUTANT> mutant(MutantHandle, ob::kMutantType, 0);
    if (!mutant) return mutant.status();
    const auto before = ke::release_mutant(*mutant, MUTANT_INCREMENT);
    if (!before) return before.failure().nt();
    return mutant.tell(PreviousCount, *before);
}
/// ZwReleaseMutant (ntobapi.h): NtReleaseMutant for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtReleaseMutant
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/mutex-objects
///   Differs  as NtReleaseMutant
RSL_EXPORT NTSTATUS NTAPI ZwReleaseMutant(HANDLE MutantHandle, PLONG PreviousCount) {
    return ps::as_kernel(&NtReleaseMutant, MutantHandle, PreviousCount);
}

/// NtCreateSemaphore (ntobapi.h, as ZwCreateSemaphore) makes or opens a semaphore.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_EXISTS, STATUS_OBJECT_NAME_COLLISION,
///   STATUS_INVALID_PARAMETER,
///            STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/semaphore-objects
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtCreateSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                                            POBJECT_ATTRIBUTES ObjectAttributes, LONG InitialCount,
                                            LONG MaximumCount) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (MaximumCount <= 0 || InitialCount < 0 || InitialCount > MaximumCount)
        return STATUS_INVALID_PARAMETER;
    return ob::create_named(
        SemaphoreHandle, DesiredAccess, ObjectAttributes, [&]() -> Result<void*> {
            void* body = RSL_TRY(ob::allocate_object(ob::kSemaphoreType, sizeof(KSEMAPHORE)));
            KeInitializeSemaphore(static_cast<KSEMAPHORE*>(body), InitialCount, MaximumCount);
            return body;
        });
}
/// ZwCreateSemaphore (ntobapi.h): NtCreateSemaphore for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtCreateSemaphore
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/semaphore-objects
///   Differs  as NtCreateSemaphore
RSL_EXPORT NTSTATUS NTAPI ZwCreateSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                                            POBJECT_ATTRIBUTES ObjectAttributes, LONG InitialCount,
                                            LONG MaximumCount) {
    return ps::as_kernel(&NtCreateSemaphore, SemaphoreHandle, DesiredAccess, ObjectAttributes,
                         InitialCount, MaximumCount);
}

/// NtOpenSemaphore (ntobapi.h, as ZwOpenSemaphore) opens a named semaphore.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH,
///   STATUS_ACCESS_DENIED Owner    the caller closes the handle Source
///   learn.microsoft.com/windows-hardware/drivers/kernel/semaphore-objects Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtOpenSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                                          POBJECT_ATTRIBUTES ObjectAttributes) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ob::open_named(SemaphoreHandle, DesiredAccess, ObjectAttributes, ob::kSemaphoreType);
}
/// ZwOpenSemaphore (ntobapi.h): NtOpenSemaphore for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenSemaphore
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/semaphore-objects
///   Differs  as NtOpenSemaphore
RSL_EXPORT NTSTATUS NTAPI ZwOpenSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                                          POBJECT_ATTRIBUTES ObjectAttributes) {
    return ps::as_kernel(&NtOpenSemaphore, SemaphoreHandle, DesiredAccess, ObjectAttributes);
}

/// NtReleaseSemaphore (ntobapi.h, as ZwReleaseSemaphore) adds to the count of a semaphore.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
///   STATUS_ACCESS_DENIED,
///            STATUS_SEMAPHORE_LIMIT_EXCEEDED, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/semaphore-objects
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtReleaseSemaphore(HANDLE SemaphoreHandle, LONG ReleaseCount,
                                             PLONG PreviousCount) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (ReleaseCount <= 0) return STATUS_INVALID_PARAMETER;
    const ob::ByHandle<KSEMAPHORE> semaphore(SemaphoreHandle, ob::kSemaphoreType,
                                             SEMAPHORE_MODIFY_STATE);
    if (!semaphore) return semaphore.status();
    const auto before = ke::release_semaphore(*semaphore, SEMAPHORE_INCREMENT, ReleaseCount);
    if (!before) return before.failure().nt();
    return semaphore.tell(PreviousCount, *before);
}
/// ZwReleaseSemaphore (ntobapi.h): NtReleaseSemaphore for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtReleaseSemaphore
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/semaphore-objects
///   Differs  as NtReleaseSemaphore
RSL_EXPORT NTSTATUS NTAPI ZwReleaseSemaphore(HANDLE SemaphoreHandle, LONG ReleaseCount,
                                             PLONG PreviousCount) {
    return ps::as_kernel(&NtReleaseSemaphore, SemaphoreHandle, ReleaseCount, PreviousCount);
}
