// SPDX-License-Identifier: GPL-2.0-only
// The life of a filter module.
//
//     (none) ─ FilterAttach ─▶ Paused ─ FilterRestart ─▶ Running
//        ▲                      │  ▲                       │
//        └──── FilterDetach ────┘  └───── FilterPause ─────┘
#include <cstring>

#include "classes/ndis/layers.hpp"
#include "classes/ndis/names.hpp"

namespace rsl::ndis {
namespace {

ULONG index_below(const FilterModule& module) {
    return module.below == nullptr ? module.adapter->interface_index
                                   : module.below->interface_index;
}

void describe(const FilterModule& module, NDIS_FILTER_ATTACH_PARAMETERS& out) {
    const Adapter& adapter = *module.adapter;
    const NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES& general = adapter.general;
    out = {};
    out.Header = {NDIS_OBJECT_TYPE_FILTER_ATTACH_PARAMETERS,
                  NDIS_FILTER_ATTACH_PARAMETERS_REVISION_4,
                  static_cast<USHORT>(NDIS_SIZEOF_FILTER_ATTACH_PARAMETERS_REVISION_4)};
    out.IfIndex = module.interface_index;
    out.NetLuid = luid_of(module.interface_index);
    out.BaseMiniportIfIndex = adapter.interface_index;
    out.BaseMiniportNetLuid = luid_of(adapter.interface_index);
    out.LowerIfIndex = index_below(module);
    out.LowerIfNetLuid = luid_of(out.LowerIfIndex);
    out.MediaConnectState = adapter.link_state.MediaConnectState;
    out.MediaDuplexState = adapter.link_state.MediaDuplexState;
    out.XmitLinkSpeed = adapter.link_state.XmitLinkSpeed;
    out.RcvLinkSpeed = adapter.link_state.RcvLinkSpeed;
    out.MiniportMediaType = general.MediaType;
    out.MiniportPhysicalMediaType = general.PhysicalMediumType;
    out.MacAddressLength = general.MacAddressLength;
    std::memcpy(out.CurrentMacAddress, general.CurrentMacAddress, sizeof(out.CurrentMacAddress));
    out.MiniportPhysicalDeviceObject = adapter.physical;
    out.BaseMiniportIfConnectorPresent = general.IfConnectorPresent;
}

void name_module(FilterModule& module) {
    constexpr size_t kRoom = sizeof(module.name_text) / sizeof(WCHAR);
    auto* const text = reinterpret_cast<char16_t*>(module.name_text);
    size_t length = 0;
    for (const Text part :
         {Text{module.adapter->instance}, Text{u"-"},
          Text{reinterpret_cast<const char16_t*>(module.driver->name)}, Text{u"-0000"}})
        length += part.copy(text + length, kRoom - length);
    const auto bytes = static_cast<USHORT>(length * sizeof(WCHAR));
    module.name = {.Length = bytes, .MaximumLength = bytes, .Buffer = module.name_text};
}

FilterModule* make_module(Adapter& adapter, FilterDriver& driver) {
    auto* module = static_cast<FilterModule*>(allocate(sizeof(FilterModule), kTag));
    if (module == nullptr) return nullptr;
    module->kind = HandleKind::kFilterModule;
    module->driver = &driver;
    module->adapter = &adapter;
    module->calls = driver.calls;
    module->below = adapter.top;
    module->interface_index = new_interface_index();
    name_module(*module);
    module->requests.init();
    module->transition.init();
    module->oid.init();
    KeInitializeEvent(&module->oid_turn, SynchronizationEvent, TRUE);
    return module;
}

NDIS_STATUS call_attach(FilterModule& module) {
    NDIS_FILTER_ATTACH_PARAMETERS parameters;
    UNICODE_STRING name;
    if (join(kDeviceFolder, module.adapter->instance, name) < 0) return NDIS_STATUS_RESOURCES;
    describe(module, parameters);
    parameters.FilterModuleGuidName = &module.name;
    UNICODE_STRING for_people = {};
    const bool has_name =
        NdisMQueryAdapterInstanceName(&for_people, module.adapter) == NDIS_STATUS_SUCCESS;
    parameters.BaseMiniportInstanceName = has_name ? &for_people : &module.adapter->instance;
    parameters.BaseMiniportName = &name;
    const NDIS_STATUS status =
        module.calls.AttachHandler(&module, module.driver->context, &parameters);
    if (has_name) release(for_people.Buffer);
    release(name.Buffer);
    if (status == NDIS_STATUS_SUCCESS && !module.has_attributes) return NDIS_STATUS_FAILURE;
    return status;
}

void link_on_top(FilterModule& module) {
    Adapter& adapter = *module.adapter;
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&adapter.layers);
    (adapter.top == nullptr ? adapter.bottom : adapter.top->above) = &module;
    adapter.top = &module;
    KeReleaseSpinLock(&adapter.layers, irql);
}

/// Its own neighbours stay: it may indicate a status until FilterDetach returns.
void unlink(FilterModule& module) {
    Adapter& adapter = *module.adapter;
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&adapter.layers);
    (module.below == nullptr ? adapter.bottom : module.below->above) = module.above;
    (module.above == nullptr ? adapter.top : module.above->below) = module.below;
    KeReleaseSpinLock(&adapter.layers, irql);
}

NDIS_STATUS restart_module(FilterModule& module) {
    NDIS_FILTER_RESTART_PARAMETERS parameters = {};
    parameters.Header = {NDIS_OBJECT_TYPE_FILTER_RESTART_PARAMETERS, 1, sizeof(parameters)};
    parameters.MiniportMediaType = module.adapter->general.MediaType;
    parameters.MiniportPhysicalMediaType = module.adapter->general.PhysicalMediumType;
    parameters.LowerIfIndex = index_below(module);
    parameters.LowerIfNetLuid = luid_of(parameters.LowerIfIndex);
    if (module.calls.SetFilterModuleOptionsHandler != nullptr) {
        module.setting_options = true;
        const NDIS_STATUS status = module.calls.SetFilterModuleOptionsHandler(module.context);
        module.setting_options = false;
        if (status != NDIS_STATUS_SUCCESS) return status;
    }
    module.transition.begin();
    return module.transition.result(module.calls.RestartHandler(module.context, &parameters));
}

}  // namespace

void attach_filter(Adapter& adapter, FilterDriver& driver) {
    FilterModule* const module = make_module(adapter, driver);
    if (module == nullptr) return;
    const NDIS_STATUS status = call_attach(*module);
    if (status == NDIS_STATUS_SUCCESS) {
        link_on_top(*module);
        module->requests.open();
        return;
    }
    DbgPrint("ndis: %wZ: FilterAttach returned 0x%08x\n", &module->name,
             static_cast<ULONG>(status));
    release(module);
}

FilterModule* find_module(const FilterModule* address, ULONG interface_index) {
    for (Adapter* adapter = next_layered(0); adapter != nullptr;
         adapter = next_layered(adapter->interface_index)) {
        for (FilterModule* module = adapter->bottom; module != nullptr; module = module->above) {
            if (module == address && module->interface_index == interface_index) return module;
        }
    }
    return nullptr;
}

void detach_module(FilterModule& module) {
    module.requests.close();
    module.requests.wait();
    unlink(module);
    module.calls.DetachHandler(module.context);
    release(&module);
}

void pause_filters(Adapter& adapter) {
    NDIS_FILTER_PAUSE_PARAMETERS parameters = {};
    parameters.Header = {NDIS_OBJECT_TYPE_FILTER_PAUSE_PARAMETERS, 1, sizeof(parameters)};
    parameters.PauseReason = NDIS_PAUSE_NDIS_INTERNAL;
    for (FilterModule* module = adapter.top; module != nullptr; module = module->below) {
        if (!module->running) continue;
        module->running = false;
        module->transition.begin();
        module->transition.result(module->calls.PauseHandler(module->context, &parameters));
    }
}

FilterModule* restart_filters(Adapter& adapter) {
    for (FilterModule* module = adapter.bottom; module != nullptr; module = module->above) {
        const NDIS_STATUS status = restart_module(*module);
        module->running = status == NDIS_STATUS_SUCCESS;
        if (module->running) continue;
        DbgPrint("ndis: %wZ: FilterRestart returned 0x%08x\n", &module->name,
                 static_cast<ULONG>(status));
        return module;
    }
    return nullptr;
}

NDIS_STATUS set_module_handlers(FilterModule& module, const NDIS_OBJECT_HEADER* header) {
    NDIS_FILTER_PARTIAL_CHARACTERISTICS partial;
    if (!module.setting_options || header->Type != NDIS_OBJECT_TYPE_FILTER_PARTIAL_CHARACTERISTICS)
        return NDIS_STATUS_NOT_SUPPORTED;
    if (!copy_structure(partial, header, NDIS_SIZEOF_FILTER_PARTIAL_CHARACTERISTICS_REVISION_1))
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    NDIS_FILTER_DRIVER_CHARACTERISTICS& calls = module.calls;
    calls.SendNetBufferListsHandler = partial.SendNetBufferListsHandler;
    calls.SendNetBufferListsCompleteHandler = partial.SendNetBufferListsCompleteHandler;
    calls.CancelSendNetBufferListsHandler = partial.CancelSendNetBufferListsHandler;
    calls.ReceiveNetBufferListsHandler = partial.ReceiveNetBufferListsHandler;
    calls.ReturnNetBufferListsHandler = partial.ReturnNetBufferListsHandler;
    return NDIS_STATUS_SUCCESS;
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisFSetAttributes (ndis.h) tells NDIS a filter module's context, from FilterAttach.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE: no NDIS_FILTER_ATTRIBUTES
///   Owner    the context stays the driver's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfsetattributes
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisFSetAttributes(NDIS_HANDLE NdisFilterHandle,
                                                NDIS_HANDLE FilterModuleContext,
                                                PNDIS_FILTER_ATTRIBUTES FilterAttributes) {
    FilterModule& module = *module_of(NdisFilterHandle);
    if (FilterAttributes->Header.Type != NDIS_OBJECT_TYPE_FILTER_ATTRIBUTES ||
        FilterAttributes->Header.Size < NDIS_SIZEOF_FILTER_ATTRIBUTES_REVISION_1)
        return NDIS_STATUS_FAILURE;
    module.context = FilterModuleContext;
    module.has_attributes = true;
    return NDIS_STATUS_SUCCESS;
}

/// NdisFPauseComplete (ndis.h) ends a pause that FilterPause left pending.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfpausecomplete
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFPauseComplete(NDIS_HANDLE NdisFilterHandle) {
    module_of(NdisFilterHandle)->transition.end(NDIS_STATUS_SUCCESS);
}

/// NdisFRestartComplete (ndis.h) ends a restart that FilterRestart left pending.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfrestartcomplete
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFRestartComplete(NDIS_HANDLE NdisFilterHandle, NDIS_STATUS Status) {
    module_of(NdisFilterHandle)->transition.end(Status);
}
