// SPDX-License-Identifier: GPL-2.0-only
// Drivers' routines that are told of processes and images.
#include "abi/functions/export.h"
#include "abi/functions/ps.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ps/notify.hpp"

using namespace rsl;

namespace {

ps::Registration registration(BOOLEAN remove) {
    return remove ? ps::Registration::kRemove : ps::Registration::kAdd;
}

}  // namespace

/// PsSetCreateProcessNotifyRoutine (ntddk.h) adds or removes a routine that hears of processes.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER when known already or no place is left (64);
///            removing: STATUS_PROCEDURE_NOT_FOUND
///   Owner    the driver removes it before it unloads
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-pssetcreateprocessnotifyroutine
///   Differs  removing an unknown routine is told apart from a full table
RSL_EXPORT NTSTATUS NTAPI PsSetCreateProcessNotifyRoutine(PCREATE_PROCESS_NOTIFY_ROUTINE NotifyRoutine,
                                                          BOOLEAN Remove) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return ps::process_notify(NotifyRoutine, registration(Remove)).status().nt();
}
/// PsSetCreateProcessNotifyRoutineEx (ntddk.h): the same with details, and the power to refuse.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_PROCEDURE_NOT_FOUND
///   Owner    the driver removes it before it unloads
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-pssetcreateprocessnotifyroutineex
///   Differs  the image need not be linked with /INTEGRITYCHECK
RSL_EXPORT NTSTATUS NTAPI PsSetCreateProcessNotifyRoutineEx(PCREATE_PROCESS_NOTIFY_ROUTINE_EX NotifyRoutine,
                                                            BOOLEAN Remove) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return ps::process_notify(NotifyRoutine, registration(Remove)).status().nt();
}
/// PsSetCreateProcessNotifyRoutineEx2 (ntddk.h): the same for processes of every subsystem.
///   IRQL     PASSIVE_LEVEL
///   Returns  as PsSetCreateProcessNotifyRoutineEx
///   Owner    the driver removes it before it unloads
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-pssetcreateprocessnotifyroutineex2
///   Differs  as PsSetCreateProcessNotifyRoutineEx
RSL_EXPORT NTSTATUS NTAPI PsSetCreateProcessNotifyRoutineEx2(PSCREATEPROCESSNOTIFYTYPE NotifyType,
                                                             PVOID NotifyInformation, BOOLEAN Remove) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (NotifyType != PsCreateProcessNotifySubsystems) return STATUS_INVALID_PARAMETER;
    const auto routine = reinterpret_cast<PCREATE_PROCESS_NOTIFY_ROUTINE_EX>(NotifyInformation);
    return ps::process_notify(routine, registration(Remove)).status().nt();
}

/// PsSetLoadImageNotifyRoutine (ntddk.h) adds a routine that hears of driver images being loaded.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES when no place is left (64)
///   Owner    the driver removes it before it unloads
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-pssetloadimagenotifyroutine
///   Differs  images of user programs load on Linux and are not told
RSL_EXPORT NTSTATUS NTAPI PsSetLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const auto added = ps::image_notify(NotifyRoutine, ps::Registration::kAdd);
    return added ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}
/// PsSetLoadImageNotifyRoutineEx (ntddk.h): the same with flags.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER for unknown flags
///   Owner    the driver removes it before it unloads
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-pssetloadimagenotifyroutineex
///   Differs  as PsSetLoadImageNotifyRoutine
RSL_EXPORT NTSTATUS NTAPI PsSetLoadImageNotifyRoutineEx(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine,
                                                        ULONG_PTR Flags) {
    constexpr ULONG_PTR kConflictingArchitecture = 1;  // PS_IMAGE_NOTIFY_CONFLICTING_ARCHITECTURE
    if ((Flags & ~kConflictingArchitecture) != 0) return STATUS_INVALID_PARAMETER_2;
    return PsSetLoadImageNotifyRoutine(NotifyRoutine);
}
/// PsRemoveLoadImageNotifyRoutine (ntddk.h) takes it back; it does not run any more then.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_PROCEDURE_NOT_FOUND
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psremoveloadimagenotifyroutine
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsRemoveLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ps::image_notify(NotifyRoutine, ps::Registration::kRemove).status().nt();
}
