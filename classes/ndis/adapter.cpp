// SPDX-License-Identifier: GPL-2.0-only
// An adapter's states, driven by the PnP thread (pnp.cpp), and its OID requests.
#include <cstring>

#include "classes/ndis/layers.hpp"

namespace rsl::ndis {
namespace {

void set_state(Adapter& adapter, State state) {
    adapter.state.store(state, std::memory_order_release);
}  // pairs with readers

/// What MiniportPause and MiniportRestart came to, now or by their completion function.
NDIS_STATUS wait_transition(Adapter& adapter, NDIS_STATUS status) {
    if (status != NDIS_STATUS_PENDING) return status;
    KeWaitForSingleObject(&adapter.transition_done, Executive, KernelMode, FALSE, nullptr);
    return adapter.transition_status;
}

void end_transition(Adapter& adapter, NDIS_STATUS status) {
    adapter.transition_status = status;
    KeSetEvent(&adapter.transition_done, IO_NO_INCREMENT, FALSE);
}

class OidTurn {
  public:
    explicit OidTurn(Adapter& adapter) : adapter_(adapter) {
        KeWaitForSingleObject(&adapter_.oid_turn, Executive, KernelMode, FALSE, nullptr);
    }
    ~OidTurn() { KeSetEvent(&adapter_.oid_turn, IO_NO_INCREMENT, FALSE); }
    OidTurn(const OidTurn&) = delete;
    OidTurn& operator=(const OidTurn&) = delete;

  private:
    Adapter& adapter_;
};

}  // namespace

const char* name_of(State state) {
    constexpr const char* kNames[] = {"halted", "paused", "restarting", "running", "pausing"};
    return kNames[static_cast<ULONG>(state)];
}

NTSTATUS initialize(Adapter& adapter) {
    NDIS_MINIPORT_INIT_PARAMETERS parameters = {};
    parameters.Header = {NDIS_OBJECT_TYPE_MINIPORT_INIT_PARAMETERS,
                         NDIS_MINIPORT_INIT_PARAMETERS_REVISION_1,
                         static_cast<USHORT>(NDIS_SIZEOF_MINIPORT_INIT_PARAMETERS_REVISION_1)};
    parameters.AllocatedResources = adapter.resources;
    parameters.MiniportAddDeviceContext = adapter.add_device_context;
    parameters.IfIndex = adapter.interface_index;
    parameters.NetLuid = luid_of(adapter.interface_index);
    const NDIS_STATUS status =
        adapter.driver->calls.InitializeHandlerEx(&adapter, adapter.driver->context, &parameters);
    if (status == NDIS_STATUS_SUCCESS) {
        set_state(adapter, State::kPaused);
        if (!start_watch(adapter)) return STATUS_INSUFFICIENT_RESOURCES;
        attach_layers(adapter);
        return STATUS_SUCCESS;
    }
    DbgPrint("ndis: %wZ: MiniportInitializeEx returned 0x%08x\n", &adapter.instance,
             static_cast<ULONG>(status));
    adapter.context = nullptr;
    return status < 0 ? status : STATUS_UNSUCCESSFUL;
}

NTSTATUS restart(Adapter& adapter) {
    const NTSTATUS status = restart_below_bindings(adapter);
    if (status < 0) return status;
    open_to_bindings(adapter);
    bind_protocols(adapter);
    return STATUS_SUCCESS;
}

NTSTATUS restart_miniport(Adapter& adapter) {
    NDIS_MINIPORT_RESTART_PARAMETERS parameters = {};
    parameters.Header = {NDIS_OBJECT_TYPE_DEFAULT, 1, sizeof(parameters)};
    set_state(adapter, State::kRestarting);
    KeClearEvent(&adapter.transition_done);
    const NDIS_STATUS status = wait_transition(
        adapter, adapter.driver->calls.RestartHandler(adapter.context, &parameters));
    set_state(adapter, status == NDIS_STATUS_SUCCESS ? State::kRunning : State::kPaused);
    if (status == NDIS_STATUS_SUCCESS) return STATUS_SUCCESS;
    DbgPrint("ndis: %wZ: MiniportRestart returned 0x%08x\n", &adapter.instance,
             static_cast<ULONG>(status));
    return status < 0 ? status : STATUS_UNSUCCESSFUL;
}

void pause(Adapter& adapter, ULONG reason) {
    if (adapter.state.load(std::memory_order_acquire) != State::kRunning)
        return;  // this thread's own stores
    unbind_protocols(adapter, nullptr);
    close_to_bindings(adapter);
    pause_filters(adapter);
    pause_miniport(adapter, reason);
}

void pause_miniport(Adapter& adapter, ULONG reason) {
    NDIS_MINIPORT_PAUSE_PARAMETERS parameters = {};
    parameters.Header = {NDIS_OBJECT_TYPE_DEFAULT, 1, sizeof(parameters)};
    parameters.PauseReason = reason;
    set_state(adapter, State::kPausing);
    KeClearEvent(&adapter.transition_done);
    // It cannot fail, as documented.
    wait_transition(adapter, adapter.driver->calls.PauseHandler(adapter.context, &parameters));
    set_state(adapter, State::kPaused);
}

void halt(Adapter& adapter, NDIS_HALT_ACTION action) {
    if (adapter.state.load(std::memory_order_acquire) == State::kHalted)
        return;  // this thread's own stores
    detach_layers(adapter);
    stop_watch(adapter);
    OidTurn turn{adapter};  // none is under way, and the next one sees the state
    set_state(adapter, State::kHalted);
    adapter.driver->calls.HaltHandlerEx(adapter.context, action);
    adapter.context = nullptr;
}

void notify_pnp(Adapter& adapter, NDIS_DEVICE_PNP_EVENT event) {
    if (adapter.state.load(std::memory_order_acquire) == State::kHalted) return;  // own stores
    NET_DEVICE_PNP_EVENT parameters = {};
    parameters.Header = {NDIS_OBJECT_TYPE_DEFAULT, 1, sizeof(parameters)};
    parameters.DevicePnPEvent = event;
    tell_below(adapter, nullptr, parameters);
}

NDIS_STATUS request_oid(Adapter& adapter, NDIS_OID_REQUEST& request) {
    OidTurn turn{adapter};
    if (adapter.state.load(std::memory_order_acquire) == State::kHalted)
        return NDIS_STATUS_ADAPTER_REMOVED;  // pairs with halt()
    KeClearEvent(&adapter.oid_done);
    adapter.oid_pending.store(&request, std::memory_order_release);
    NDIS_STATUS status = adapter.driver->calls.OidRequestHandler(adapter.context, &request);
    if (status == NDIS_STATUS_PENDING) {
        KeWaitForSingleObject(&adapter.oid_done, Executive, KernelMode, FALSE, nullptr);
        status = adapter.oid_status;
    }
    adapter.oid_pending.store(nullptr, std::memory_order_release);
    if (status == NDIS_STATUS_SUCCESS) note_addressing(adapter, request);
    return status;
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisMPauseComplete (ndis.h) ends a pause that MiniportPause left pending.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismpausecomplete
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMPauseComplete(NDIS_HANDLE MiniportAdapterHandle) {
    end_transition(*adapter_of(MiniportAdapterHandle), NDIS_STATUS_SUCCESS);
}

/// NdisMRestartComplete (ndis.h) ends a restart that MiniportRestart left pending.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismrestartcomplete
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMRestartComplete(NDIS_HANDLE MiniportAdapterHandle, NDIS_STATUS Status) {
    end_transition(*adapter_of(MiniportAdapterHandle), Status);
}

/// NdisMOidRequestComplete (ndis.h) ends a request that MiniportOidRequest left pending.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the request is NDIS's again
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismoidrequestcomplete
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMOidRequestComplete(NDIS_HANDLE MiniportAdapterHandle,
                                              PNDIS_OID_REQUEST OidRequest, NDIS_STATUS Status) {
    Adapter& adapter = *adapter_of(MiniportAdapterHandle);
    if (adapter.oid_pending.load(std::memory_order_acquire) != OidRequest) {
        DbgPrint("ndis: %wZ: NdisMOidRequestComplete of a request that is not under way\n",
                 &adapter.instance);
        return;
    }
    adapter.oid_status = Status;
    KeSetEvent(&adapter.oid_done, IO_NO_INCREMENT, FALSE);
}
