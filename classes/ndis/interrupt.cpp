// SPDX-License-Identifier: GPL-2.0-only
// Interrupts of adapters, by line or messages, and the DPCs in which miniports do their work: one a
// message and processor.
#include <bit>

#include "abi/functions/hal.h"
#include "classes/ndis/handles.hpp"

namespace rsl::ndis {
namespace {

struct Interrupt;
struct InterruptDpc {
    KDPC dpc;
    Interrupt* interrupt;
    ULONG message;
};

struct Interrupt {
    Adapter* adapter;
    NDIS_HANDLE context;
    NDIS_MINIPORT_INTERRUPT_CHARACTERISTICS calls;
    KSPIN_LOCK lock;
    bool by_messages;
    ULONG version;  // what IoConnectInterruptEx came to
    PKINTERRUPT line;
    PIO_INTERRUPT_MESSAGE_INFO messages;
    ULONG message_count, processor_count;
    InterruptDpc dpcs[];  // message * processor_count + processor
};

InterruptDpc& dpc_of(Interrupt& interrupt, ULONG message, ULONG processor) {
    return interrupt.dpcs[message * interrupt.processor_count + processor];
}

KAFFINITY queue(Interrupt& interrupt, ULONG message, KAFFINITY targets, void* context) {
    KAFFINITY queued = 0;
    for (ULONG processor = 0; processor < interrupt.processor_count; ++processor) {
        const KAFFINITY bit = KAFFINITY{1} << processor;
        if ((targets & bit) != 0 &&
            KeInsertQueueDpc(&dpc_of(interrupt, message, processor).dpc, context, nullptr))
            queued |= bit;
    }
    return queued;
}

void queue_default(Interrupt& interrupt, ULONG message, bool wanted, ULONG targets) {
    const KAFFINITY here = KAFFINITY{1} << KeGetCurrentProcessorNumberEx(nullptr);
    queue(interrupt, message, wanted ? here : targets, nullptr);
}

BOOLEAN NTAPI line_interrupt(PKINTERRUPT, void* context) {
    auto& interrupt = *static_cast<Interrupt*>(context);
    BOOLEAN wanted = FALSE;
    ULONG targets = 0;
    const BOOLEAN ours = interrupt.calls.InterruptHandler(interrupt.context, &wanted, &targets);
    if (ours) queue_default(interrupt, 0, wanted != 0, targets);
    return ours;
}

BOOLEAN NTAPI message_interrupt(PKINTERRUPT, void* context, ULONG message) {
    auto& interrupt = *static_cast<Interrupt*>(context);
    BOOLEAN wanted = FALSE;
    ULONG targets = 0;
    const BOOLEAN ours =
        interrupt.calls.MessageInterruptHandler(interrupt.context, message, &wanted, &targets);
    if (ours && message < interrupt.message_count)
        queue_default(interrupt, message, wanted != 0, targets);
    return ours;
}

void NTAPI deferred(KDPC*, void* context, void* dpc_context, void*) {
    const auto& dpc = *static_cast<InterruptDpc*>(context);
    const Interrupt& interrupt = *dpc.interrupt;
    NDIS_RECEIVE_THROTTLE_PARAMETERS throttle = {.MaxNblsToIndicate = NDIS_INDICATE_ALL_NBLS,
                                                 .MoreNblsPending = 0};
    if (interrupt.by_messages) {
        interrupt.calls.MessageInterruptDpcHandler(interrupt.context, dpc.message, dpc_context,
                                                   &throttle, nullptr);
    } else {
        interrupt.calls.InterruptDpcHandler(interrupt.context, dpc_context, &throttle, nullptr);
    }
}

/// How many messages the adapter's resources have; 0: its interrupt is a line.
ULONG count_messages(const Adapter& adapter) {
    ULONG count = 0;
    for (ULONG i = 0; i < adapter.resources->Count; ++i) {
        const CM_PARTIAL_RESOURCE_DESCRIPTOR& resource = adapter.resources->PartialDescriptors[i];
        if (resource.Type == CmResourceTypeInterrupt &&
            (resource.Flags & CM_RESOURCE_INTERRUPT_MESSAGE) != 0)
            ++count;
    }
    return count;
}

Interrupt* make_interrupt(Adapter& adapter, ULONG messages) {
    const ULONG processors = KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS);
    const size_t dpcs = size_t{messages} * processors;
    auto* interrupt =
        static_cast<Interrupt*>(allocate(sizeof(Interrupt) + dpcs * sizeof(InterruptDpc), kTag));
    if (interrupt == nullptr) return nullptr;
    interrupt->adapter = &adapter;
    interrupt->message_count = messages;
    interrupt->processor_count = processors;
    KeInitializeSpinLock(&interrupt->lock);
    for (ULONG message = 0; message < messages; ++message) {
        for (ULONG processor = 0; processor < processors; ++processor) {
            InterruptDpc& dpc = dpc_of(*interrupt, message, processor);
            dpc.interrupt = interrupt;
            dpc.message = message;
            KeInitializeDpc(&dpc.dpc, &deferred, &dpc);
            PROCESSOR_NUMBER number = {
                .Group = 0, .Number = static_cast<UCHAR>(processor), .Reserved = 0};
            KeSetTargetProcessorDpcEx(&dpc.dpc, &number);
        }
    }
    return interrupt;
}

NTSTATUS connect(Interrupt& interrupt) {
    IO_CONNECT_INTERRUPT_PARAMETERS parameters = {};
    if (interrupt.by_messages) {
        parameters.Version = CONNECT_MESSAGE_BASED;
        parameters.MessageBased.PhysicalDeviceObject = interrupt.adapter->physical;
        parameters.MessageBased.ConnectionContext.InterruptMessageTable = &interrupt.messages;
        parameters.MessageBased.MessageServiceRoutine = &message_interrupt;
        parameters.MessageBased.ServiceContext = &interrupt;
        if (interrupt.calls.MsiSyncWithAllMessages)
            parameters.MessageBased.SpinLock = &interrupt.lock;
    } else {
        parameters.Version = CONNECT_LINE_BASED;
        parameters.LineBased.PhysicalDeviceObject = interrupt.adapter->physical;
        parameters.LineBased.InterruptObject = &interrupt.line;
        parameters.LineBased.ServiceRoutine = &line_interrupt;
        parameters.LineBased.ServiceContext = &interrupt;
    }
    const NTSTATUS status = IoConnectInterruptEx(&parameters);
    interrupt.version = parameters.Version;
    return status;
}

bool has_handlers(const NDIS_MINIPORT_INTERRUPT_CHARACTERISTICS& calls) {
    if (calls.InterruptHandler == nullptr || calls.InterruptDpcHandler == nullptr) return false;
    return !calls.MsiSupported || (calls.MessageInterruptHandler != nullptr &&
                                   calls.MessageInterruptDpcHandler != nullptr);
}

}  // namespace
}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisMRegisterInterruptEx (ndis.h) connects an adapter's interrupt: messages if it has them and
/// the driver can, else its line.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES, NDIS_STATUS_BAD_CHARACTERISTICS, what
///   connecting came to Owner    the driver, until NdisMDeregisterInterruptEx Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismregisterinterruptex Differs
///   receive throttling never limits a DPC
RSL_EXPORT NDIS_STATUS NTAPI
NdisMRegisterInterruptEx(NDIS_HANDLE MiniportAdapterHandle, NDIS_HANDLE MiniportInterruptContext,
                         PNDIS_MINIPORT_INTERRUPT_CHARACTERISTICS MiniportInterruptCharacteristics,
                         PNDIS_HANDLE NdisInterruptHandle) {
    *NdisInterruptHandle = nullptr;
    Adapter& adapter = *adapter_of(MiniportAdapterHandle);
    NDIS_MINIPORT_INTERRUPT_CHARACTERISTICS& calls = *MiniportInterruptCharacteristics;
    if (calls.Header.Type != NDIS_OBJECT_TYPE_MINIPORT_INTERRUPT || !has_handlers(calls))
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    const ULONG messages = calls.MsiSupported ? count_messages(adapter) : 0;
    Interrupt* const interrupt = make_interrupt(adapter, messages == 0 ? 1 : messages);
    if (interrupt == nullptr) return NDIS_STATUS_RESOURCES;
    interrupt->context = MiniportInterruptContext;
    interrupt->calls = calls;
    interrupt->by_messages = messages != 0;
    // The driver may be interrupted before this returns, and asks by its handle then.
    *NdisInterruptHandle = interrupt;
    const NTSTATUS status = connect(*interrupt);
    if (status < 0) {
        *NdisInterruptHandle = nullptr;
        release(interrupt);
        return status;
    }
    calls.InterruptType =
        interrupt->by_messages ? NDIS_CONNECT_MESSAGE_BASED : NDIS_CONNECT_LINE_BASED;
    calls.MessageInfoTable = interrupt->messages;
    return NDIS_STATUS_SUCCESS;
}

/// NdisMDeregisterInterruptEx (ndis.h) disconnects it; no handler runs any more when this returns.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismderegisterinterruptex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMDeregisterInterruptEx(NDIS_HANDLE NdisInterruptHandle) {
    auto* interrupt = static_cast<Interrupt*>(NdisInterruptHandle);
    IO_DISCONNECT_INTERRUPT_PARAMETERS parameters = {};
    parameters.Version = interrupt->version;
    if (interrupt->by_messages) {
        parameters.ConnectionContext.InterruptMessageTable = interrupt->messages;
    } else {
        parameters.ConnectionContext.InterruptObject = interrupt->line;
    }
    IoDisconnectInterruptEx(&parameters);
    KeFlushQueuedDpcs();
    release(interrupt);
}

/// NdisMSynchronizeWithInterruptEx (ndis.h) calls a routine while the interrupt's handler cannot
/// run.
///   IRQL     <= DIRQL
///   Returns  what the routine returned
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismsynchronizewithinterruptex
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI NdisMSynchronizeWithInterruptEx(
    NDIS_HANDLE NdisInterruptHandle, ULONG MessageId,
    MINIPORT_SYNCHRONIZE_INTERRUPT_HANDLER SynchronizeFunction, PVOID SynchronizeContext) {
    const auto& interrupt = *static_cast<Interrupt*>(NdisInterruptHandle);
    if (!interrupt.by_messages)
        return KeSynchronizeExecution(interrupt.line, SynchronizeFunction, SynchronizeContext);
    if (MessageId >= interrupt.messages->MessageCount) return FALSE;
    return KeSynchronizeExecution(interrupt.messages->MessageInfo[MessageId].InterruptObject,
                                  SynchronizeFunction, SynchronizeContext);
}

/// NdisMQueueDpcEx (ndis.h) queues DPCs of the interrupt to processors.
///   IRQL     any
///   Returns  the processors to which it was not queued already
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismqueuedpcex
///   Differs  group 0 only, the one that there is
RSL_EXPORT KAFFINITY NTAPI NdisMQueueDpcEx(NDIS_HANDLE NdisInterruptHandle, ULONG MessageId,
                                           PGROUP_AFFINITY TargetProcessors,
                                           PVOID MiniportDpcContext) {
    auto& interrupt = *static_cast<Interrupt*>(NdisInterruptHandle);
    if (TargetProcessors->Group != 0 || MessageId >= interrupt.message_count) return 0;
    return queue(interrupt, MessageId, TargetProcessors->Mask, MiniportDpcContext);
}
