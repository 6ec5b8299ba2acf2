// SPDX-License-Identifier: GPL-2.0-only
// What drivers ask to be done to their own layers, and a worker does: they may ask from a handler.
#include <atomic>

#include "classes/ndis/layers.hpp"

namespace rsl::ndis {
namespace {

/// Which of them; that it is gone meanwhile is no error.
struct Wish {
    WORK_QUEUE_ITEM item;
    void (*grant)(const Wish& wish);
    const void* what;
    ULONG number;
};

VOID NTAPI work(PVOID context) {
    auto* wish = static_cast<Wish*>(context);
    {
        LayerTurn turn;
        wish->grant(*wish);
    }
    release(wish);
}

NDIS_STATUS ask(void (*grant)(const Wish&), const void* what, ULONG number) {
    auto* wish = static_cast<Wish*>(allocate(sizeof(Wish), kTag));
    if (wish == nullptr) return NDIS_STATUS_RESOURCES;
    wish->item.WorkerRoutine = &work;
    wish->item.Parameter = wish;
    wish->grant = grant;
    wish->what = what;
    wish->number = number;
    ExQueueWorkItem(&wish->item, DelayedWorkQueue);
    return NDIS_STATUS_SUCCESS;
}

void grant_unbind(const Wish& wish) {
    Binding* const binding = find_binding(static_cast<const Binding*>(wish.what), wish.number);
    if (binding != nullptr) unbind(*binding);
}

void grant_restart(const Wish& wish) {
    FilterModule* const module =
        find_module(static_cast<const FilterModule*>(wish.what), wish.number);
    if (module == nullptr || !module->running) return;
    Adapter& adapter = *module->adapter;
    pause_stack(adapter);
    restart_stack(adapter);
}

constinit std::atomic<UCHAR> last_cancel_id = 0;

}  // namespace
}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisUnbindAdapter (ndis.h) has NDIS call ProtocolUnbindAdapterEx for a binding soon.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisunbindadapter
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisUnbindAdapter(NDIS_HANDLE NdisBindingHandle) {
    const Binding* const binding = binding_of(NdisBindingHandle);
    return ask(&grant_unbind, binding, binding->number);
}

/// NdisReEnumerateProtocolBindings (ndis.h) binds a protocol to the adapters that it could be bound
/// to and is not.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreenumerateprotocolbindings
///   Differs  the adapters are bound when it returns
RSL_EXPORT VOID NTAPI NdisReEnumerateProtocolBindings(NDIS_HANDLE NdisProtocolHandle) {
    LayerTurn turn;
    bind_everywhere(*static_cast<Protocol*>(NdisProtocolHandle));
}

/// NdisFRestartFilter (ndis.h) has NDIS pause and restart a filter module soon, so that
/// FilterSetModuleOptions may change its handlers.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfrestartfilter
///   Differs  the adapter's other layers pause and restart, too
RSL_EXPORT NDIS_STATUS NTAPI NdisFRestartFilter(NDIS_HANDLE NdisFilterHandle) {
    const FilterModule* const module = module_of(NdisFilterHandle);
    return ask(&grant_restart, module, module->interface_index);
}

/// NdisGeneratePartialCancelId (ndis.h) gives a driver the high-order byte of its cancellation
/// identifiers.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the byte, another one each time
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgeneratepartialcancelid
///   Differs  after 256 of them they come again
RSL_EXPORT UCHAR NTAPI NdisGeneratePartialCancelId(VOID) {
    return static_cast<UCHAR>(last_cancel_id.fetch_add(1, std::memory_order_relaxed) + 1);
}
