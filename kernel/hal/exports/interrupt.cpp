// SPDX-License-Identifier: GPL-2.0-only
// Interrupt objects, as drivers connect them.
#include <algorithm>
#include <cstring>

#include "abi/functions/export.h"
#include "abi/functions/hal.h"
#include "abi/types/status.h"
#include "kernel/hal/device_messages.hpp"
#include "kernel/hal/interrupt.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/pnp/interrupts.hpp"

using namespace rsl;

namespace {

NTSTATUS connect(PKINTERRUPT* out, const hal::InterruptRequest& request) {
    *out = nullptr;
    auto interrupt = hal::connect_interrupt(request);
    if (interrupt) {
        *out = *interrupt;
        return STATUS_SUCCESS;
    }
    // A line that is taken is what Windows reports as a bad parameter of the resource list.
    return interrupt.failure() == Status::kSharingViolation ? STATUS_INVALID_PARAMETER : interrupt.failure().nt();
}

}  // namespace

/// IoConnectInterrupt (wdm.h) connects a service routine to an interrupt line.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the driver, until IoDisconnectInterrupt
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioconnectinterrupt
///   Differs  every line interrupts processor 0, whatever ProcessorEnableMask says
RSL_EXPORT NTSTATUS NTAPI IoConnectInterrupt(PKINTERRUPT* InterruptObject, PKSERVICE_ROUTINE ServiceRoutine,
                                             PVOID ServiceContext, PKSPIN_LOCK SpinLock, ULONG Vector, KIRQL Irql,
                                             KIRQL SynchronizeIrql, KINTERRUPT_MODE InterruptMode, BOOLEAN ShareVector,
                                             KAFFINITY ProcessorEnableMask, BOOLEAN FloatingSave) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return connect(InterruptObject, {ServiceRoutine, ServiceContext, SpinLock, Vector, SynchronizeIrql, InterruptMode,
                                     ShareVector != 0});
}

/// IoDisconnectInterrupt (wdm.h) takes a service routine out again.
///   IRQL     PASSIVE_LEVEL
///   Returns  when the routine runs nowhere any more
///   Owner    the object is freed
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iodisconnectinterrupt
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoDisconnectInterrupt(PKINTERRUPT InterruptObject) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    hal::disconnect_interrupt(InterruptObject);
}

namespace {

using Parameters = IO_CONNECT_INTERRUPT_PARAMETERS;

NTSTATUS connect_line(Parameters& parameters) {
    const auto& line = parameters.LineBased;
    const auto interrupt = pnp::line_of(line.PhysicalDeviceObject);
    if (!interrupt) return interrupt.failure().nt();
    const KIRQL level = line.SynchronizeIrql != 0 ? line.SynchronizeIrql : interrupt->irql;
    return connect(line.InterruptObject, {line.ServiceRoutine, line.ServiceContext, line.SpinLock, interrupt->vector, level,
                                          interrupt->mode, interrupt->shared});
}

/// A device without messages gets its line, with the routine that is there for that.
NTSTATUS fall_back(Parameters& parameters) {
    const auto message = parameters.MessageBased;
    if (message.FallBackServiceRoutine == nullptr) return STATUS_NOT_FOUND;
    Parameters line = {};
    line.Version = CONNECT_LINE_BASED;
    line.LineBased = {message.PhysicalDeviceObject, message.ConnectionContext.InterruptObject, message.FallBackServiceRoutine,
                      message.ServiceContext, message.SpinLock, message.SynchronizeIrql, message.FloatingSave};
    const NTSTATUS status = connect_line(line);
    if (NT_SUCCESS(status)) parameters.Version = CONNECT_LINE_BASED;
    return status;
}

void disconnect_messages(IO_INTERRUPT_MESSAGE_INFO* table) {
    for (ULONG i = 0; i < table->MessageCount; ++i) hal::disconnect_interrupt(table->MessageInfo[i].InterruptObject);
    mm::free(table);
}

NTSTATUS connect_message(const Parameters& parameters, hal::DeviceMessages& messages, KIRQL unified,
                         IO_INTERRUPT_MESSAGE_INFO& table, uint32_t index) {
    const auto& asked = parameters.MessageBased;
    IO_INTERRUPT_MESSAGE_INFO_ENTRY& entry = table.MessageInfo[index];
    hal::InterruptRequest request{nullptr, asked.ServiceContext, asked.SpinLock, messages.vector(index), unified, Latched, false};
    request.message_routine = asked.MessageServiceRoutine;
    request.message_id = index;
    if (const NTSTATUS status = connect(&entry.InterruptObject, request); !NT_SUCCESS(status)) return status;
    const arch::MessageTarget target = messages.target(index);
    entry.MessageAddress.QuadPart = static_cast<LONGLONG>(target.address);
    entry.MessageData = target.data;
    entry.TargetProcessorSet = 1;
    entry.Vector = messages.vector(index);
    entry.Irql = messages.irql(index);
    entry.Mode = Latched;
    entry.Polarity = InterruptActiveHigh;
    return STATUS_SUCCESS;
}

NTSTATUS connect_messages(Parameters& parameters) {
    const auto& asked = parameters.MessageBased;
    hal::DeviceMessages* const messages = pnp::messages_of(asked.PhysicalDeviceObject);
    if (messages == nullptr) return fall_back(parameters);
    KIRQL unified = asked.SynchronizeIrql;
    for (uint32_t i = 0; i < messages->count(); ++i) unified = std::max(unified, messages->irql(i));
    const size_t bytes = sizeof(IO_INTERRUPT_MESSAGE_INFO) + messages->count() * sizeof(IO_INTERRUPT_MESSAGE_INFO_ENTRY);
    auto* table = static_cast<IO_INTERRUPT_MESSAGE_INFO*>(mm::allocate(bytes, mm::pool_tag("HaMi")));
    if (table == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    std::memset(table, 0, bytes);
    table->UnifiedIrql = unified;
    for (uint32_t i = 0; i < messages->count(); ++i) {
        if (const NTSTATUS status = connect_message(parameters, *messages, unified, *table, i); !NT_SUCCESS(status)) {
            disconnect_messages(table);
            return status;
        }
        table->MessageCount = i + 1;
    }
    *asked.ConnectionContext.InterruptMessageTable = table;
    return STATUS_SUCCESS;
}

}  // namespace

/// IoConnectInterruptEx (wdm.h) connects a service routine, described by a versioned structure.
///   IRQL     PASSIVE_LEVEL
///   Returns  as IoConnectInterrupt; STATUS_NOT_FOUND for a device without the interrupt asked for;
///            STATUS_NOT_SUPPORTED for an unknown version, with Version set to what we support, as documented
///   Owner    the driver, until IoDisconnectInterruptEx
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioconnectinterruptex
///   Differs  no passive-level messages; every message interrupts processor 0
RSL_EXPORT NTSTATUS NTAPI IoConnectInterruptEx(PIO_CONNECT_INTERRUPT_PARAMETERS Parameters) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const ULONG version = Parameters->Version;
    if (version == CONNECT_LINE_BASED) return connect_line(*Parameters);
    if (version == CONNECT_MESSAGE_BASED) return connect_messages(*Parameters);
    if (version != CONNECT_FULLY_SPECIFIED && version != CONNECT_FULLY_SPECIFIED_GROUP) {
        Parameters->Version = CONNECT_FULLY_SPECIFIED_GROUP;
        return STATUS_NOT_SUPPORTED;
    }
    const auto& full = Parameters->FullySpecified;
    return connect(full.InterruptObject, {full.ServiceRoutine, full.ServiceContext, full.SpinLock, full.Vector,
                                          full.SynchronizeIrql, full.InterruptMode, full.ShareVector != 0});
}

/// IoDisconnectInterruptEx (wdm.h) takes out what IoConnectInterruptEx connected.
///   IRQL     PASSIVE_LEVEL
///   Returns  when the routine runs nowhere any more
///   Owner    the object is freed
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/iointex/nf-iointex-wdmlibiodisconnectinterruptex
///   Differs  nothing known beyond IoConnectInterruptEx
RSL_EXPORT VOID NTAPI IoDisconnectInterruptEx(PIO_DISCONNECT_INTERRUPT_PARAMETERS Parameters) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (Parameters->Version == CONNECT_MESSAGE_BASED) {
        return disconnect_messages(Parameters->ConnectionContext.InterruptMessageTable);
    }
    hal::disconnect_interrupt(Parameters->ConnectionContext.InterruptObject);
}

/// KeSynchronizeExecution (wdm.h) runs a routine that excludes the service routine.
///   IRQL     <= the object's SynchronizeIrql
///   Returns  what the routine returns
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesynchronizeexecution
///   Differs  no passive-level interrupts
RSL_EXPORT BOOLEAN NTAPI KeSynchronizeExecution(PKINTERRUPT Interrupt, PKSYNCHRONIZE_ROUTINE SynchronizeRoutine,
                                                PVOID SynchronizeContext) {
    RSL_IRQL_AT_MOST(Interrupt->synchronize_irql);
    hal::InterruptGuard guard(*Interrupt);
    return SynchronizeRoutine(SynchronizeContext);
}

/// KeAcquireInterruptSpinLock (wdm.h) raises to the object's level and takes its lock.
///   IRQL     <= the object's SynchronizeIrql
///   Returns  the IRQL before
///   Owner    the caller, until KeReleaseInterruptSpinLock
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquireinterruptspinlock
///   Differs  nothing known
RSL_EXPORT KIRQL NTAPI KeAcquireInterruptSpinLock(PKINTERRUPT Interrupt) {
    RSL_IRQL_AT_MOST(Interrupt->synchronize_irql);
    return hal::acquire_interrupt_lock(*Interrupt);
}

/// KeReleaseInterruptSpinLock (wdm.h) gives the object's lock back and lowers the level.
///   IRQL     the object's SynchronizeIrql
///   Returns  -
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseinterruptspinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeReleaseInterruptSpinLock(PKINTERRUPT Interrupt, KIRQL OldIrql) {
    hal::release_interrupt_lock(*Interrupt, OldIrql);
}
