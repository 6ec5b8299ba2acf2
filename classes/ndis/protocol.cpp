// SPDX-License-Identifier: GPL-2.0-only
// Protocol drivers: registration, and the life of their bindings.
//
//     (none) ─ ProtocolBindAdapterEx ─▶ Paused ─ NetEventRestart ─▶ Running
//        ▲                               │  ▲                         │
//        └──── ProtocolUnbindAdapterEx ──┘  └───── NetEventPause ─────┘
#include <algorithm>
#include <cstring>

#include "abi/functions/rtl_string.h"
#include "classes/ndis/guards.hpp"
#include "classes/ndis/layers.hpp"
#include "classes/ndis/names.hpp"

namespace rsl::ndis {
namespace {

constinit LIST_ENTRY protocols = {};  // in a LayerTurn; made by the first of them

LIST_ENTRY& all_protocols() {
    if (protocols.Flink == nullptr) protocols.Flink = protocols.Blink = &protocols;
    return protocols;
}
Protocol& protocol_at(LIST_ENTRY* entry) { return *CONTAINING_RECORD(entry, Protocol, link); }
Binding& binding_at(LIST_ENTRY* entry) { return *CONTAINING_RECORD(entry, Binding, link); }

bool has_required_handlers(const NDIS_PROTOCOL_DRIVER_CHARACTERISTICS& calls) {
    return calls.BindAdapterHandlerEx != nullptr && calls.UnbindAdapterHandlerEx != nullptr &&
           calls.OpenAdapterCompleteHandlerEx != nullptr &&
           calls.CloseAdapterCompleteHandlerEx != nullptr && calls.NetPnPEventHandler != nullptr &&
           calls.OidRequestCompleteHandler != nullptr &&
           calls.ReceiveNetBufferListsHandler != nullptr &&
           calls.SendNetBufferListsCompleteHandler != nullptr;
}

NDIS_STATUS check_characteristics(const NDIS_PROTOCOL_DRIVER_CHARACTERISTICS& given,
                                  NDIS_PROTOCOL_DRIVER_CHARACTERISTICS& copy) {
    if (given.Header.Type != NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS ||
        !copy_structure(copy, &given.Header,
                        NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1))
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    if (!is_version_supported(copy.MajorNdisVersion, copy.MinorNdisVersion))
        return NDIS_STATUS_BAD_VERSION;
    if (copy.Name.Length == 0 || copy.Name.Buffer == nullptr || !has_required_handlers(copy))
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    return NDIS_STATUS_SUCCESS;
}

bool is_allowed(const Protocol& protocol, const UNICODE_STRING& adapter) {
    if (protocol.allowed == nullptr) return true;
    const size_t characters = protocol.allowed_bytes / sizeof(WCHAR);
    for (size_t start = 0; start < characters && protocol.allowed[start] != 0;) {
        size_t end = start;
        while (end < characters && protocol.allowed[end] != 0) ++end;
        const auto bytes = static_cast<USHORT>((end - start) * sizeof(WCHAR));
        const UNICODE_STRING name = {bytes, bytes, protocol.allowed + start};
        if (RtlEqualUnicodeString(&name, &adapter, TRUE)) return true;
        start = end + 1;
    }
    return false;
}

bool is_bound(Adapter& adapter, const Protocol& protocol) {
    for (LIST_ENTRY* entry = adapter.bindings.Flink; entry != &adapter.bindings;
         entry = entry->Flink) {
        if (binding_at(entry).protocol == &protocol) return true;
    }
    return false;
}

void describe(const Adapter& adapter, NDIS_BIND_PARAMETERS& out) {
    const NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES& general = adapter.general;
    out = {};
    out.Header = {NDIS_OBJECT_TYPE_BIND_PARAMETERS, NDIS_BIND_PARAMETERS_REVISION_4,
                  static_cast<USHORT>(NDIS_SIZEOF_BIND_PARAMETERS_REVISION_4)};
    out.PhysicalDeviceObject = adapter.physical;
    out.MediaType = general.MediaType;
    out.MtuSize = general.MtuSize;
    out.MaxXmitLinkSpeed = general.MaxXmitLinkSpeed;
    out.MaxRcvLinkSpeed = general.MaxRcvLinkSpeed;
    out.XmitLinkSpeed = adapter.link_state.XmitLinkSpeed;
    out.RcvLinkSpeed = adapter.link_state.RcvLinkSpeed;
    out.MediaConnectState = adapter.link_state.MediaConnectState;
    out.MediaDuplexState = adapter.link_state.MediaDuplexState;
    out.LookaheadSize = general.LookaheadSize;
    out.SupportedPacketFilters = general.SupportedPacketFilters;
    out.MaxMulticastListSize = general.MaxMulticastListSize;
    out.MacAddressLength = general.MacAddressLength;
    std::memcpy(out.CurrentMacAddress, general.CurrentMacAddress, sizeof(out.CurrentMacAddress));
    out.PhysicalMediumType = general.PhysicalMediumType;
    out.LowestIfIndex = adapter.interface_index;
    out.BoundIfIndex =
        adapter.top == nullptr ? adapter.interface_index : adapter.top->interface_index;
    out.LowestIfNetluid = luid_of(out.LowestIfIndex);
    out.BoundIfNetluid = luid_of(out.BoundIfIndex);
    out.AccessType = general.AccessType;
    out.DirectionType = general.DirectionType;
    out.ConnectionType = general.ConnectionType;
    out.IfType = general.IfType;
    out.IfConnectorPresent = general.IfConnectorPresent;
    out.DataBackFillSize = general.DataBackFillSize;
    out.ContextBackFillSize = general.ContextBackFillSize;
    out.MacOptions = general.MacOptions;
    out.CompartmentId = NET_IF_COMPARTMENT_ID_PRIMARY;
}

/// The modules' names, each behind its length in bytes: memory to be released, null without any.
UCHAR* list_modules(const Adapter& adapter, ULONG& bytes) {
    bytes = 0;
    for (const FilterModule* module = adapter.top; module != nullptr; module = module->below)
        bytes += sizeof(USHORT) + module->name.Length;
    auto* const list = bytes == 0 ? nullptr : static_cast<UCHAR*>(allocate(bytes, kTag));
    if (list == nullptr) bytes = 0;
    UCHAR* at = list;
    for (const FilterModule* module = adapter.top; module != nullptr && list != nullptr;
         module = module->below) {
        std::memcpy(at, &module->name.Length, sizeof(USHORT));
        std::memcpy(at + sizeof(USHORT), module->name.Buffer, module->name.Length);
        at += sizeof(USHORT) + module->name.Length;
    }
    return list;
}

void restart_binding(Binding& binding) {
    NDIS_PROTOCOL_RESTART_PARAMETERS parameters = {};
    const FilterModule* const top = binding.adapter->top;
    parameters.Header = {NDIS_OBJECT_TYPE_PROTOCOL_RESTART_PARAMETERS, 1, sizeof(parameters)};
    parameters.BoundIfIndex =
        top == nullptr ? binding.adapter->interface_index : top->interface_index;
    parameters.BoundIfNetluid = luid_of(parameters.BoundIfIndex);
    parameters.FilterModuleNameBuffer =
        list_modules(*binding.adapter, parameters.FilterModuleNameBufferLength);
    binding.frames.open();
    send_event(*binding.protocol, binding.context, NetEventRestart, &parameters,
               sizeof(parameters));
    binding.receives.store(true, std::memory_order_release);  // pairs with wants_frames()
    release(parameters.FilterModuleNameBuffer);
}

void pause_binding(Binding& binding) {
    if (!binding.receives.exchange(false, std::memory_order_acq_rel)) return;
    NDIS_PROTOCOL_PAUSE_PARAMETERS parameters = {};
    parameters.Header = {NDIS_OBJECT_TYPE_DEFAULT, 1, sizeof(parameters)};
    parameters.PauseReason = NDIS_PAUSE_NDIS_INTERNAL;
    send_event(*binding.protocol, binding.context, NetEventPause, &parameters, sizeof(parameters));
    binding.frames.close();
    binding.frames.wait();
}

}  // namespace

NDIS_STATUS send_event(const Protocol& protocol, NDIS_HANDLE context, NET_PNP_EVENT_CODE code,
                       void* buffer, ULONG bytes) {
    Completion completion;
    completion.init();
    NET_PNP_EVENT_NOTIFICATION event = {};
    event.Header = {NDIS_OBJECT_TYPE_DEFAULT, NET_PNP_EVENT_NOTIFICATION_REVISION_1,
                    static_cast<USHORT>(NDIS_SIZEOF_NET_PNP_EVENT_NOTIFICATION_REVISION_1)};
    event.NetPnPEvent.NetEvent = code;
    event.NetPnPEvent.Buffer = buffer;
    event.NetPnPEvent.BufferLength = bytes;
    event.NetPnPEvent.NdisReserved[0] = reinterpret_cast<ULONG_PTR>(&completion);
    return completion.result(protocol.calls.NetPnPEventHandler(context, &event));
}

void unbind(Binding& binding) {
    Protocol& protocol = *binding.protocol;
    Operation operation = {HandleKind::kOperation, &protocol, binding.adapter, &binding, {}};
    operation.completion.init();
    pause_binding(binding);
    binding.operation = &operation;
    operation.completion.result(protocol.calls.UnbindAdapterHandlerEx(&operation, binding.context));
    if (operation.binding == nullptr) return;
    DbgPrint("ndis: %wZ has not closed its binding\n", &protocol.calls.Name);
    close_binding(*operation.binding);
}

Binding* find_binding(const Binding* address, ULONG number) {
    for (Adapter* adapter = next_layered(0); adapter != nullptr;
         adapter = next_layered(adapter->interface_index)) {
        for (LIST_ENTRY* entry = adapter->bindings.Flink; entry != &adapter->bindings;
             entry = entry->Flink) {
            Binding& binding = binding_at(entry);
            if (&binding == address && binding.number == number) return &binding;
        }
    }
    return nullptr;
}

void bind_protocol(Adapter& adapter, Protocol& protocol) {
    UNICODE_STRING name, section;
    if (is_bound(adapter, protocol) || join(kDeviceFolder, adapter.instance, name) < 0) return;
    if (is_allowed(protocol, name) && join(protocol.section, adapter.instance, section) >= 0) {
        NDIS_BIND_PARAMETERS parameters;
        Operation operation = {HandleKind::kOperation, &protocol, &adapter, nullptr, {}};
        operation.completion.init();
        describe(adapter, parameters);
        NDIS_PNP_CAPABILITIES no_wake = {};  // nothing here wakes anybody
        NDIS_PM_CAPABILITIES no_power = {};
        no_power.Header = {NDIS_OBJECT_TYPE_DEFAULT, NDIS_PM_CAPABILITIES_REVISION_2,
                           static_cast<USHORT>(NDIS_SIZEOF_NDIS_PM_CAPABILITIES_REVISION_2)};
        parameters.PowerManagementCapabilities = &no_wake;
        parameters.PowerManagementCapabilitiesEx = &no_power;
        parameters.ProtocolSection = &section;
        parameters.AdapterName = parameters.BoundAdapterName = &name;
        const NDIS_STATUS status = operation.completion.result(
            protocol.calls.BindAdapterHandlerEx(protocol.context, &operation, &parameters));
        Binding* const binding = operation.binding;
        if (binding != nullptr) binding->operation = nullptr;
        if (binding != nullptr && status == NDIS_STATUS_SUCCESS) restart_binding(*binding);
        if (binding != nullptr && status != NDIS_STATUS_SUCCESS) close_binding(*binding);
        release(section.Buffer);
    }
    release(name.Buffer);
}

void bind_protocols(Adapter& adapter) {
    if (!adapter.layered) return;
    LIST_ENTRY& all = all_protocols();
    for (LIST_ENTRY* entry = all.Flink; entry != &all; entry = entry->Flink)
        bind_protocol(adapter, protocol_at(entry));
}

void bind_everywhere(Protocol& protocol) {
    for (Adapter* adapter = next_layered(0); adapter != nullptr;
         adapter = next_layered(adapter->interface_index)) {
        if (adapter->state.load(std::memory_order_acquire) == State::kRunning)  // of this turn
            bind_protocol(*adapter, protocol);
    }
}

void unbind_protocols(Adapter& adapter, const Protocol* only) {
    for (LIST_ENTRY* entry = adapter.bindings.Flink; entry != &adapter.bindings;) {
        Binding& binding = binding_at(entry);
        entry = entry->Flink;
        if (only == nullptr || binding.protocol == only) unbind(binding);
    }
}

void pause_protocols(Adapter& adapter) {
    for (LIST_ENTRY* entry = adapter.bindings.Flink; entry != &adapter.bindings;
         entry = entry->Flink)
        pause_binding(binding_at(entry));
}

void restart_protocols(Adapter& adapter) {
    for (LIST_ENTRY* entry = adapter.bindings.Flink; entry != &adapter.bindings;
         entry = entry->Flink)
        restart_binding(binding_at(entry));
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisRegisterProtocolDriver (ndis.h) makes a driver a protocol driver, which is bound to the
/// Ethernet adapters that run and that come.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_BAD_VERSION, NDIS_STATUS_BAD_CHARACTERISTICS,
///   NDIS_STATUS_RESOURCES, what ProtocolSetOptions returned
///   Owner    the driver, until NdisDeregisterProtocolDriver
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisregisterprotocoldriver
///   Differs  the present adapters are bound when it returns. The service's Linkage\Bind names the
///   adapters; without it the driver is bound to all
RSL_EXPORT NDIS_STATUS NTAPI
NdisRegisterProtocolDriver(NDIS_HANDLE ProtocolDriverContext,
                           PNDIS_PROTOCOL_DRIVER_CHARACTERISTICS ProtocolCharacteristics,
                           PNDIS_HANDLE NdisProtocolHandle) {
    *NdisProtocolHandle = nullptr;
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS calls;
    NDIS_STATUS status = check_characteristics(*ProtocolCharacteristics, calls);
    if (status != NDIS_STATUS_SUCCESS) return status;
    auto* protocol = static_cast<Protocol*>(allocate(sizeof(Protocol), kTag));
    if (protocol == nullptr) return NDIS_STATUS_RESOURCES;
    protocol->kind = HandleKind::kProtocol;
    protocol->context = ProtocolDriverContext;
    protocol->calls = calls;
    if (join(calls.Name, u"", protocol->calls.Name) < 0 ||
        join(calls.Name, kAdaptersFolder, protocol->section) < 0) {
        release(protocol->calls.Name.Buffer);
        release(protocol);
        return NDIS_STATUS_RESOURCES;
    }
    read_allowed_adapters(protocol->calls.Name, protocol->allowed, protocol->allowed_bytes);
    LayerTurn turn;
    insert_last(all_protocols(), protocol->link);
    *NdisProtocolHandle = protocol;
    if (calls.SetOptionsHandler != nullptr)
        status = calls.SetOptionsHandler(protocol, ProtocolDriverContext);
    if (status != NDIS_STATUS_SUCCESS) {
        NdisDeregisterProtocolDriver(protocol);
        *NdisProtocolHandle = nullptr;
        return status;
    }
    bind_everywhere(*protocol);
    send_event(*protocol, nullptr, NetEventBindsComplete, nullptr, 0);
    return NDIS_STATUS_SUCCESS;
}

/// NdisDeregisterProtocolDriver (ndis.h) ends a registration; the driver is unbound from all
/// adapters first.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisderegisterprotocoldriver
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisDeregisterProtocolDriver(NDIS_HANDLE NdisProtocolHandle) {
    auto* protocol = static_cast<Protocol*>(NdisProtocolHandle);
    LayerTurn turn;
    remove(protocol->link);
    for (Adapter* adapter = next_layered(0); adapter != nullptr;
         adapter = next_layered(adapter->interface_index))
        unbind_protocols(*adapter, protocol);
    release(protocol->allowed);
    release(protocol->section.Buffer);
    release(protocol->calls.Name.Buffer);
    release(protocol);
}

/// NdisCompleteNetPnPEvent (ndis.h) ends an event that ProtocolNetPnPEvent left pending.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    the event is NDIS's again
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscompletenetpnpevent
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisCompleteNetPnPEvent(NDIS_HANDLE,
                                              PNET_PNP_EVENT_NOTIFICATION NetPnPEventNotification,
                                              NDIS_STATUS Status) {
    reinterpret_cast<Completion*>(NetPnPEventNotification->NetPnPEvent.NdisReserved[0])
        ->end(Status);
}
