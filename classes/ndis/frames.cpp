// SPDX-License-Identifier: GPL-2.0-only
// Frames between a miniport and the bindings above it, through the filter modules between them.
// A module without a handler is passed over. Without any module, and with no binding but our own,
// a frame costs one look at each.
#include "classes/ndis/layers.hpp"

namespace rsl::ndis {
namespace {

struct Load {
    LONG lists = 0;
    ULONG64 frames = 0, bytes = 0, failed = 0;
    bool mixed = false;  // lists of several sources
};
Load load_of(const NET_BUFFER_LIST* lists) {
    Load load;
    const NET_BUFFER_LIST* const first = lists;
    for (; lists != nullptr; lists = lists->Next) {
        ++load.lists;
        load.mixed |= lists->SourceHandle != first->SourceHandle;
        for (const NET_BUFFER* buffer = lists->FirstNetBuffer; buffer != nullptr;
             buffer = buffer->Next) {
            ++load.frames;
            load.bytes += buffer->DataLength;
            if (lists->Status < 0) ++load.failed;
        }
    }
    return load;
}

void add(std::atomic<ULONG64>& counter, ULONG64 value) {
    counter.fetch_add(value, std::memory_order_relaxed);
}  // for people

ULONG dispatch_flag() {
    static_assert(NDIS_SEND_FLAGS_DISPATCH_LEVEL == NDIS_RETURN_FLAGS_DISPATCH_LEVEL);
    return KeGetCurrentIrql() == DISPATCH_LEVEL ? NDIS_SEND_FLAGS_DISPATCH_LEVEL : 0;
}

/// Lists of one binding are its own again.
void complete_to(Binding& binding, NET_BUFFER_LIST* lists, LONG count, ULONG flags) {
    if (binding.protocol == nullptr) {
        binding.calls->SendComplete(binding.calls->Context, lists);  // held by the lists themselves
    } else {
        binding.protocol->calls.SendNetBufferListsCompleteHandler(binding.context, lists, flags);
    }
    binding.frames.leave(count);
}

/// Each run of lists goes to whom it is from.
void complete_to_bindings(NET_BUFFER_LIST* lists, ULONG flags) {
    while (lists != nullptr) {
        NET_BUFFER_LIST* last = lists;
        LONG count = 1;
        for (; last->Next != nullptr && last->Next->SourceHandle == lists->SourceHandle;
             last = last->Next)
            ++count;
        NET_BUFFER_LIST* const rest = last->Next;
        last->Next = nullptr;
        if (kind_of(lists->SourceHandle) == HandleKind::kBinding) {
            complete_to(*binding_of(lists->SourceHandle), lists, count, flags);
        } else {
            DbgPrint("ndis: a filter completes its own NET_BUFFER_LIST to a protocol\n");
        }
        lists = rest;
    }
}

void refuse_sends(Binding& binding, NET_BUFFER_LIST* lists) {
    for (NET_BUFFER_LIST* list = lists; list != nullptr; list = list->Next)
        list->Status = NDIS_STATUS_PAUSED;
    if (binding.protocol == nullptr) {
        binding.calls->SendComplete(binding.calls->Context, lists);
    } else {
        binding.protocol->calls.SendNetBufferListsCompleteHandler(binding.context, lists,
                                                                  dispatch_flag());
    }
}

void send_from(Binding& binding, NET_BUFFER_LIST* lists, NDIS_PORT_NUMBER port, ULONG flags) {
    const LONG count = count_of(lists);
    if (count == 0) return;
    if (!binding.frames.enter(count)) {
        refuse_sends(binding, lists);  // it pauses: its lists are still its own
        return;
    }
    for (NET_BUFFER_LIST* list = lists; list != nullptr; list = list->Next)
        list->SourceHandle = &binding;
    send_down(*binding.adapter, binding.adapter->top, lists, port, flags);
}

}  // namespace

LONG count_of(const NET_BUFFER_LIST* lists) {
    LONG count = 0;
    for (; lists != nullptr; lists = lists->Next) ++count;
    return count;
}

void send_down(Adapter& adapter, FilterModule* from, NET_BUFFER_LIST* lists, NDIS_PORT_NUMBER port,
               ULONG flags) {
    for (; from != nullptr; from = from->below) {
        if (from->calls.SendNetBufferListsHandler != nullptr)
            return from->calls.SendNetBufferListsHandler(from->context, lists, port, flags);
    }
    adapter.driver->calls.SendNetBufferListsHandler(adapter.context, lists, port, flags);
}

void complete_up(Adapter&, FilterModule* from, NET_BUFFER_LIST* lists, ULONG flags) {
    for (; from != nullptr; from = from->above) {
        if (from->calls.SendNetBufferListsCompleteHandler != nullptr)
            return from->calls.SendNetBufferListsCompleteHandler(from->context, lists, flags);
    }
    complete_to_bindings(lists, flags);
}

void receive_up(Adapter& adapter, FilterModule* from, NET_BUFFER_LIST* lists, NDIS_PORT_NUMBER port,
                ULONG count, ULONG flags) {
    for (; from != nullptr; from = from->above) {
        if (from->calls.ReceiveNetBufferListsHandler != nullptr) {
            return from->calls.ReceiveNetBufferListsHandler(from->context, lists, port, count,
                                                            flags);
        }
    }
    receive_at_bindings(adapter, lists, port, static_cast<LONG>(count), flags);
}

void return_down(Adapter& adapter, FilterModule* from, NET_BUFFER_LIST* lists, ULONG flags) {
    for (; from != nullptr; from = from->below) {
        if (from->calls.ReturnNetBufferListsHandler != nullptr)
            return from->calls.ReturnNetBufferListsHandler(from->context, lists, flags);
    }
    const auto handler = adapter.driver->calls.ReturnNetBufferListsHandler;
    if (handler != nullptr) handler(adapter.context, lists, flags);
}

void cancel_send_down(Adapter& adapter, FilterModule* from, void* id) {
    for (; from != nullptr; from = from->below) {
        if (from->calls.CancelSendNetBufferListsHandler != nullptr)
            return from->calls.CancelSendNetBufferListsHandler(from->context, id);
    }
    const auto handler = adapter.driver->calls.CancelSendHandler;
    if (handler != nullptr) handler(adapter.context, id);
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

/// RslNdisSend (abi/private/rsl_ndis.h) hands frames to the miniport.
RSL_EXPORT VOID NTAPI RslNdisSend(PRSL_NDIS_ADAPTER Handle, PNET_BUFFER_LIST Lists) {
    send_from(reinterpret_cast<Adapter*>(Handle)->own, Lists, NDIS_DEFAULT_PORT_NUMBER,
              dispatch_flag());
}

/// RslNdisReturn (abi/private/rsl_ndis.h) gives received frames back.
RSL_EXPORT VOID NTAPI RslNdisReturn(PRSL_NDIS_ADAPTER Handle, PNET_BUFFER_LIST Lists) {
    Adapter& adapter = *reinterpret_cast<Adapter*>(Handle);
    const LONG count = count_of(Lists);
    if (count == 0) return;
    return_down(adapter, adapter.top, Lists, dispatch_flag());
    adapter.own.frames.leave(count);
}

/// NdisMSendNetBufferListsComplete (ndis.h) gives sent frames back to who sent them.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the lists are the sender's again
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismsendnetbufferlistscomplete
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMSendNetBufferListsComplete(NDIS_HANDLE MiniportAdapterHandle,
                                                      PNET_BUFFER_LIST NetBufferList,
                                                      ULONG SendCompleteFlags) {
    Adapter& adapter = *adapter_of(MiniportAdapterHandle);
    const Load load = load_of(NetBufferList);
    if (load.lists == 0) return;
    add(adapter.counters.frames_sent, load.frames - load.failed);
    if (load.failed == 0) add(adapter.counters.bytes_sent, load.bytes);
    add(adapter.counters.send_errors, load.failed);
    if (adapter.bottom != nullptr || load.mixed) {
        complete_up(adapter, adapter.bottom, NetBufferList, SendCompleteFlags);
    } else {
        complete_to(*binding_of(NetBufferList->SourceHandle), NetBufferList, load.lists,
                    SendCompleteFlags);
    }
}

/// NdisMIndicateReceiveNetBufferLists (ndis.h) hands received frames to the layers above.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    theirs, until they return the lists; with NDIS_RECEIVE_FLAGS_RESOURCES the miniport
///   stays the owner
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismindicatereceivenetbufferlists
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMIndicateReceiveNetBufferLists(NDIS_HANDLE MiniportAdapterHandle,
                                                         PNET_BUFFER_LIST NetBufferList,
                                                         NDIS_PORT_NUMBER PortNumber, ULONG,
                                                         ULONG ReceiveFlags) {
    Adapter& adapter = *adapter_of(MiniportAdapterHandle);
    const Load load = load_of(NetBufferList);
    if (load.lists == 0) return;
    Counters& counters = adapter.counters;
    add(counters.frames_received, load.frames);
    add(counters.bytes_received, load.bytes);
    if (adapter.bottom != nullptr) {
        receive_up(adapter, adapter.bottom, NetBufferList, PortNumber,
                   static_cast<ULONG>(load.lists), ReceiveFlags);
    } else if (!receive_at_bindings(adapter, NetBufferList, PortNumber, load.lists,
                                    ReceiveFlags)) {  // discarded, not received
        counters.frames_received.fetch_sub(load.frames, std::memory_order_relaxed);
        counters.bytes_received.fetch_sub(load.bytes, std::memory_order_relaxed);
    }
}

/// NdisSendNetBufferLists (ndis.h) sends a protocol's frames.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; each list has its Status when it is given back
///   Owner    the layers below, until ProtocolSendNetBufferListsComplete
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissendnetbufferlists
///   Differs  no loopback: neither to other bindings nor with NDIS_SEND_FLAGS_CHECK_FOR_LOOPBACK
RSL_EXPORT VOID NTAPI NdisSendNetBufferLists(NDIS_HANDLE NdisBindingHandle,
                                             PNET_BUFFER_LIST NetBufferLists,
                                             NDIS_PORT_NUMBER PortNumber, ULONG SendFlags) {
    send_from(*binding_of(NdisBindingHandle), NetBufferLists, PortNumber, SendFlags);
}

/// NdisReturnNetBufferLists (ndis.h) gives frames back that a protocol has received.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the lists are those of who indicated them again
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreturnnetbufferlists
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisReturnNetBufferLists(NDIS_HANDLE NdisBindingHandle,
                                               PNET_BUFFER_LIST NetBufferLists, ULONG ReturnFlags) {
    Binding& binding = *binding_of(NdisBindingHandle);
    const LONG count = count_of(NetBufferLists);
    if (count == 0) return;
    return_down(*binding.adapter, binding.adapter->top, NetBufferLists, ReturnFlags);
    binding.frames.leave(count);
}

/// NdisCancelSendNetBufferLists (ndis.h) asks the layers below to give frames with an identifier
/// back soon.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscancelsendnetbufferlists
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisCancelSendNetBufferLists(NDIS_HANDLE NdisBindingHandle, PVOID CancelId) {
    Binding& binding = *binding_of(NdisBindingHandle);
    if (!binding.frames.enter(1)) return;  // paused: nothing is below
    cancel_send_down(*binding.adapter, binding.adapter->top, CancelId);
    binding.frames.leave(1);
}
