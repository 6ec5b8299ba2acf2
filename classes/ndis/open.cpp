// SPDX-License-Identifier: GPL-2.0-only
// A protocol driver's bindings, as it opens and closes them.
#include "abi/functions/rtl_string.h"
#include "classes/ndis/guards.hpp"
#include "classes/ndis/layers.hpp"
#include "classes/ndis/names.hpp"

namespace rsl::ndis {
namespace {

constinit std::atomic<ULONG> last_number = 0;

/// Which of the driver's media the adapter has. False: none.
bool select_medium(const Adapter& adapter, const NDIS_OPEN_PARAMETERS& parameters) {
    for (NDIS_UINT i = 0; i < parameters.MediumArraySize; ++i) {
        if (parameters.MediumArray[i] != adapter.general.MediaType) continue;
        *parameters.SelectedMediumIndex = i;
        return true;
    }
    return false;
}

bool names(const UNICODE_STRING& name, const Adapter& adapter) {
    UNICODE_STRING own;
    if (join(kDeviceFolder, adapter.instance, own) < 0) return false;
    const bool same = RtlEqualUnicodeString(&name, &own, TRUE) != FALSE;
    release(own.Buffer);
    return same;
}

Binding* make_binding(Operation& operation, NDIS_HANDLE context) {
    auto* binding = static_cast<Binding*>(allocate(sizeof(Binding), kTag));
    if (binding == nullptr) return nullptr;
    Adapter& adapter = *operation.adapter;
    binding->kind = HandleKind::kBinding;
    binding->adapter = &adapter;
    binding->protocol = operation.protocol;
    binding->context = context;
    binding->number = last_number.fetch_add(1, std::memory_order_relaxed) + 1;
    binding->operation = &operation;
    binding->frames.init();
    binding->requests.init();
    binding->requests.open();
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&adapter.layers);
    insert_last(adapter.bindings, binding->link);
    KeReleaseSpinLock(&adapter.layers, irql);
    adapter.protocol_bindings.fetch_add(1, std::memory_order_relaxed);  // it takes nothing yet
    return binding;
}

}  // namespace

void close_binding(Binding& binding) {
    Adapter& adapter = *binding.adapter;
    if (binding.operation != nullptr) binding.operation->binding = nullptr;
    binding.receives.store(false, std::memory_order_relaxed);
    binding.frames.close();
    binding.frames.wait();
    binding.requests.close();
    binding.requests.wait();
    forget_addressing(binding);
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&adapter.layers);
    remove(binding.link);
    KeReleaseSpinLock(&adapter.layers, irql);
    adapter.protocol_bindings.fetch_sub(1, std::memory_order_relaxed);
    release(&binding);
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisOpenAdapterEx (ndis.h) makes a binding, from ProtocolBindAdapterEx.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_ADAPTER_NOT_FOUND: another adapter's name,
///   NDIS_STATUS_UNSUPPORTED_MEDIA, NDIS_STATUS_RESOURCES, NDIS_STATUS_FAILURE: not from there, or
///   no NDIS_OPEN_PARAMETERS
///   Owner    the driver, until NdisCloseAdapterEx
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisopenadapterex
///   Differs  frame types are not looked at
RSL_EXPORT NDIS_STATUS NTAPI NdisOpenAdapterEx(NDIS_HANDLE NdisProtocolHandle,
                                               NDIS_HANDLE ProtocolBindingContext,
                                               PNDIS_OPEN_PARAMETERS OpenParameters,
                                               NDIS_HANDLE BindContext,
                                               PNDIS_HANDLE NdisBindingHandle) {
    *NdisBindingHandle = nullptr;
    auto* operation = static_cast<Operation*>(BindContext);
    if (OpenParameters->Header.Type != NDIS_OBJECT_TYPE_OPEN_PARAMETERS ||
        OpenParameters->Header.Size < NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1)
        return NDIS_STATUS_FAILURE;
    if (operation == nullptr || operation->kind != HandleKind::kOperation ||
        operation->protocol != NdisProtocolHandle || operation->binding != nullptr)
        return NDIS_STATUS_FAILURE;
    if (!names(*OpenParameters->AdapterName, *operation->adapter))
        return NDIS_STATUS_ADAPTER_NOT_FOUND;
    if (!select_medium(*operation->adapter, *OpenParameters)) return NDIS_STATUS_UNSUPPORTED_MEDIA;
    Binding* const binding = make_binding(*operation, ProtocolBindingContext);
    if (binding == nullptr) return NDIS_STATUS_RESOURCES;
    operation->binding = binding;
    *NdisBindingHandle = binding;
    return NDIS_STATUS_SUCCESS;
}

/// NdisCloseAdapterEx (ndis.h) ends a binding, from ProtocolUnbindAdapterEx or, when it comes to
/// nothing, ProtocolBindAdapterEx.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscloseadapterex
///   Differs  waits for frames and requests that are still below. A packet filter that is still set
///   is forgotten
RSL_EXPORT NDIS_STATUS NTAPI NdisCloseAdapterEx(NDIS_HANDLE NdisBindingHandle) {
    close_binding(*binding_of(NdisBindingHandle));
    return NDIS_STATUS_SUCCESS;
}

/// NdisCompleteBindAdapterEx (ndis.h) ends what ProtocolBindAdapterEx left pending.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscompletebindadapterex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisCompleteBindAdapterEx(NDIS_HANDLE BindAdapterContext,
                                                NDIS_STATUS Status) {
    static_cast<Operation*>(BindAdapterContext)->completion.end(Status);
}

/// NdisCompleteUnbindAdapterEx (ndis.h) ends what ProtocolUnbindAdapterEx left pending.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscompleteunbindadapterex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisCompleteUnbindAdapterEx(NDIS_HANDLE UnbindContext) {
    static_cast<Operation*>(UnbindContext)->completion.end(NDIS_STATUS_SUCCESS);
}
