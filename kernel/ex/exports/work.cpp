// SPDX-License-Identifier: GPL-2.0-only
// Work items, callback objects, timer objects, and small services.
#include <cstring>

#include "abi/functions/ex.h"
#include "abi/functions/export.h"
#include "abi/types/shared_data.h"
#include "abi/types/status.h"
#include "kernel/ex/callback.hpp"
#include "kernel/ex/timer.hpp"
#include "kernel/ex/workers.hpp"
#include "kernel/ke/clock.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/attributes.hpp"
#include "kernel/ps/previous_mode.hpp"

using namespace rsl;

/// ExQueueWorkItem (wdm.h) has a system thread call a routine at PASSIVE_LEVEL.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exqueueworkitem
///   Differs  three queues (critical, delayed, hypercritical) serve all kinds
RSL_EXPORT VOID NTAPI ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ex::queue_work_item(*WorkItem, QueueType);
}

/// ExGetPreviousMode (ntddk.h) tells whether the running request comes from user or kernel mode.
///   IRQL     any
///   Returns  the mode
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exgetpreviousmode
///   Differs  nothing known
RSL_EXPORT KPROCESSOR_MODE NTAPI ExGetPreviousMode(VOID) { return ps::previous_mode(); }

// ---- Callback objects

/// ExCreateCallback (wdm.h) opens a callback object or makes it.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_UNSUCCESSFUL (no name), STATUS_OBJECT_NAME_NOT_FOUND,
///            STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-excreatecallback
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ExCreateCallback(PCALLBACK_OBJECT* CallbackObject, POBJECT_ATTRIBUTES ObjectAttributes,
                                           BOOLEAN Create, BOOLEAN AllowMultipleCallbacks) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto attributes = ob::CapturedAttributes::capture(ObjectAttributes, KernelMode);
    if (!attributes) return attributes.failure().nt();
    if (!attributes->has_name()) return STATUS_UNSUCCESSFUL;
    auto existing = ob::open_by_attributes(*attributes, &ex::CallbackObject::kType, 0);
    if (existing) {
        *CallbackObject = static_cast<PCALLBACK_OBJECT>(*existing);
        return STATUS_SUCCESS;
    }
    if (!Create) return existing.failure().nt();
    auto object = ob::make_object<ex::CallbackObject>(0, AllowMultipleCallbacks != 0);
    if (!object) return object.failure().nt();
    const auto named = ob::insert_name(object->get(), attributes->name(), attributes->flags());
    if (!named) return named.failure().nt();
    *CallbackObject = reinterpret_cast<PCALLBACK_OBJECT>(object->release());
    return STATUS_SUCCESS;
}

/// ExRegisterCallback (wdm.h) registers a routine with a callback object.
///   IRQL     <= APC_LEVEL
///   Returns  a handle, or NULL when it takes one routine only and has it
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exregistercallback
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI ExRegisterCallback(PCALLBACK_OBJECT CallbackObject, PCALLBACK_FUNCTION CallbackFunction,
                                          PVOID CallbackContext) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return reinterpret_cast<ex::CallbackObject*>(CallbackObject)->add(CallbackFunction, CallbackContext);
}

/// ExUnregisterCallback (wdm.h) undoes ExRegisterCallback; waits while the routine runs.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exunregistercallback
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExUnregisterCallback(PVOID CallbackRegistration) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (CallbackRegistration == nullptr) return;
    ex::CallbackObject::remove(*static_cast<ex::CallbackRegistration*>(CallbackRegistration));
}

/// ExNotifyCallback (wdm.h) calls the routines of a callback object.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exnotifycallback
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExNotifyCallback(PVOID CallbackObject, PVOID Argument1, PVOID Argument2) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    static_cast<ex::CallbackObject*>(CallbackObject)->notify(Argument1, Argument2);
}

// ---- Timer objects

/// ExAllocateTimer (wdm.h) makes a timer that calls a routine at DISPATCH_LEVEL.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the timer, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatetimer
///   Differs  nothing known
RSL_EXPORT PEX_TIMER NTAPI ExAllocateTimer(PEXT_CALLBACK Callback, PVOID CallbackContext, ULONG Attributes) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ex::allocate_timer(Callback, CallbackContext, Attributes);
}

/// ExSetTimer (wdm.h) starts a timer.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when it ran already and was moved
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exsettimer
///   Differs  a period is rounded up to milliseconds
RSL_EXPORT BOOLEAN NTAPI ExSetTimer(PEX_TIMER Timer, LONGLONG DueTime, LONGLONG Period,
                                    EXT_SET_PARAMETERS* Parameters) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ex::set_timer(*Timer, DueTime, Period);
}

/// ExCancelTimer (wdm.h) stops a timer.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when it ran
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-excanceltimer
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExCancelTimer(PEX_TIMER Timer, PVOID Parameters) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ex::cancel_timer(*Timer);
}

/// ExDeleteTimer (wdm.h) frees a timer, once its routine does not run any more; Wait needs
/// PASSIVE_LEVEL.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when it ran and was stopped
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exdeletetimer
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExDeleteTimer(PEX_TIMER Timer, BOOLEAN Cancel, BOOLEAN Wait,
                                       PEXT_DELETE_PARAMETERS Parameters) {
    if (Wait) {
        RSL_IRQL_AT_MOST(APC_LEVEL);
    }
    return ex::delete_timer(*Timer, Cancel != 0, Wait != 0, Parameters);
}

// ---- Small services

/// ExUuidCreate (ntddk.h) makes a universally unique identifier (version 4, random).
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exuuidcreate
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ExUuidCreate(GUID* Uuid) {
    // Mixed from the time-stamp counter at every call and the wall clock: unique, not secret.
    static constinit uint64_t state = 0;
    uint64_t words[2];
    for (uint64_t& word : words) {
        uint64_t mixed = __atomic_add_fetch(&state, 0x9E3779B97F4A7C15u, __ATOMIC_RELAXED) ^
                         arch::read_tsc() ^ ke::boot_system_time() << 20;
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
        word = mixed ^ mixed >> 31;
    }
    std::memcpy(Uuid, words, sizeof(*Uuid));
    Uuid->Data3 = static_cast<uint16_t>((Uuid->Data3 & 0x0FFF) | 0x4000);
    Uuid->Data4[0] = static_cast<uint8_t>((Uuid->Data4[0] & 0x3F) | 0x80);
    return STATUS_SUCCESS;
}

/// ExIsProcessorFeaturePresent (ntddk.h) tells whether the processor has a feature (PF_*).
///   IRQL     any
///   Returns  TRUE when it has
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exisprocessorfeaturepresent
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExIsProcessorFeaturePresent(ULONG ProcessorFeature) {
    const auto& shared = *reinterpret_cast<const KUSER_SHARED_DATA*>(kSharedUserDataAddress);
    return ProcessorFeature < 64 && shared.ProcessorFeatures[ProcessorFeature] != 0;
}
