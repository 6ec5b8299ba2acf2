// SPDX-License-Identifier: GPL-2.0-only
// OID requests from the bindings and the filter modules down. At PASSIVE_LEVEL a request is carried
// through in the caller's thread, from a higher IRQL by a worker, which then tells the caller.
#include <algorithm>
#include <cstring>
#include <new>

#include "classes/ndis/layers.hpp"

namespace rsl::ndis {
namespace {

NDIS_STATUS request_at(FilterModule& module, NDIS_OID_REQUEST& request) {
    Turn turn{module.oid_turn};
    module.oid.begin();
    module.oid_pending = &request;
    const NDIS_STATUS status =
        module.oid.result(module.calls.OidRequestHandler(module.context, &request));
    module.oid_pending = nullptr;
    return status;
}

void cancel_below(Adapter& adapter, FilterModule* above, void* id) {
    FilterModule* const module = enter_module(
        adapter, above, Way::kDown, &NDIS_FILTER_DRIVER_CHARACTERISTICS::CancelOidRequestHandler);
    if (module != nullptr) {
        module->calls.CancelOidRequestHandler(module->context, id);
        module->requests.leave(1);
        return;
    }
    const auto handler = adapter.driver->calls.CancelOidRequestHandler;
    if (handler != nullptr) handler(adapter.context, id);
}

/// A request that a worker carries through, in its NdisReserved.
struct Deferred {
    WORK_QUEUE_ITEM item;
    NDIS_HANDLE source;
};
static_assert(sizeof(Deferred) <= sizeof(NDIS_OID_REQUEST::NdisReserved));

void carry_through(NDIS_OID_REQUEST& request, NDIS_HANDLE source) {
    if (kind_of(source) == HandleKind::kBinding) {
        Binding& binding = *binding_of(source);
        const NDIS_STATUS status = request_of(binding, request);
        binding.protocol->calls.OidRequestCompleteHandler(binding.context, &request, status);
        binding.requests.leave(1);
        return;
    }
    FilterModule& module = *module_of(source);
    const NDIS_STATUS status = request_below(*module.adapter, &module, request);
    if (module.calls.OidRequestCompleteHandler != nullptr)
        module.calls.OidRequestCompleteHandler(module.context, &request, status);
    module.requests.leave(1);
}

VOID NTAPI work(PVOID context) {
    auto& request = *static_cast<NDIS_OID_REQUEST*>(context);
    // The driver below may use NdisReserved for a worker of its own from here on.
    carry_through(request, reinterpret_cast<Deferred*>(request.NdisReserved)->source);
}

NDIS_STATUS defer(NDIS_OID_REQUEST& request, NDIS_HANDLE source) {
    auto* const deferred = new (request.NdisReserved) Deferred{{}, source};
    deferred->item.WorkerRoutine = &work;
    deferred->item.Parameter = &request;
    ExQueueWorkItem(&deferred->item, DelayedWorkQueue);
    return NDIS_STATUS_PENDING;
}

bool is_request(const NDIS_OID_REQUEST& request) {
    return request.Header.Type == NDIS_OBJECT_TYPE_OID_REQUEST &&
           request.Header.Size >= NDIS_SIZEOF_OID_REQUEST_REVISION_1;
}

}  // namespace

NDIS_STATUS request_below(Adapter& adapter, FilterModule* above, NDIS_OID_REQUEST& request) {
    FilterModule* const module = enter_module(
        adapter, above, Way::kDown, &NDIS_FILTER_DRIVER_CHARACTERISTICS::OidRequestHandler);
    if (module == nullptr) return request_oid(adapter, request);
    const NDIS_STATUS status = request_at(*module, request);
    module->requests.leave(1);
    return status;
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

/// RslNdisRequest (abi/private/rsl_ndis.h) asks or tells the layers below something.
RSL_EXPORT LONG NTAPI RslNdisRequest(PRSL_NDIS_ADAPTER Handle, PNDIS_OID_REQUEST Request) {
    Binding& binding = reinterpret_cast<Adapter*>(Handle)->own;
    if (!binding.requests.enter(1)) return NDIS_STATUS_CLOSING;
    Request->RequestHandle = &binding;
    const NDIS_STATUS status = request_of(binding, *Request);
    binding.requests.leave(1);
    return status;
}

/// NdisOidRequest (ndis.h) asks or tells the layers below something.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  what they answer; NDIS_STATUS_PENDING: ProtocolOidRequestComplete gets it,
///   NDIS_STATUS_INVALID_PARAMETER: no request, NDIS_STATUS_CLOSING
///   Owner    NDIS, until the answer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisoidrequest
///   Differs  waits for the answer at PASSIVE_LEVEL. Packet filter and multicast list are each
///   binding's own
RSL_EXPORT NDIS_STATUS NTAPI NdisOidRequest(NDIS_HANDLE NdisBindingHandle,
                                            PNDIS_OID_REQUEST OidRequest) {
    if (!is_request(*OidRequest)) return NDIS_STATUS_INVALID_PARAMETER;
    Binding& binding = *binding_of(NdisBindingHandle);
    if (!binding.requests.enter(1)) return NDIS_STATUS_CLOSING;
    OidRequest->RequestHandle = &binding;
    if (KeGetCurrentIrql() != PASSIVE_LEVEL) return defer(*OidRequest, &binding);
    const NDIS_STATUS status = request_of(binding, *OidRequest);
    binding.requests.leave(1);
    return status;
}

/// NdisCancelOidRequest (ndis.h) asks the layers below to answer requests with an identifier soon.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscanceloidrequest
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisCancelOidRequest(NDIS_HANDLE NdisBindingHandle, PVOID RequestId) {
    cancel_below(*binding_of(NdisBindingHandle)->adapter, nullptr, RequestId);
}

/// NdisFOidRequest (ndis.h) passes a request on to the layers below a filter, or makes one.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  what they answer; NDIS_STATUS_PENDING: FilterOidRequestComplete gets it,
///   NDIS_STATUS_INVALID_PARAMETER: no request, NDIS_STATUS_CLOSING
///   Owner    NDIS, until the answer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfoidrequest
///   Differs  waits for the answer at PASSIVE_LEVEL
RSL_EXPORT NDIS_STATUS NTAPI NdisFOidRequest(NDIS_HANDLE NdisFilterHandle,
                                             PNDIS_OID_REQUEST OidRequest) {
    if (!is_request(*OidRequest)) return NDIS_STATUS_INVALID_PARAMETER;
    FilterModule& module = *module_of(NdisFilterHandle);
    if (!module.requests.enter(1)) return NDIS_STATUS_CLOSING;
    OidRequest->RequestHandle = &module;
    if (KeGetCurrentIrql() != PASSIVE_LEVEL) return defer(*OidRequest, &module);
    const NDIS_STATUS status = request_below(*module.adapter, &module, *OidRequest);
    module.requests.leave(1);
    return status;
}

/// NdisFOidRequestComplete (ndis.h) answers a request that FilterOidRequest left pending.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the request is NDIS's again
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfoidrequestcomplete
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFOidRequestComplete(NDIS_HANDLE NdisFilterHandle,
                                              PNDIS_OID_REQUEST OidRequest, NDIS_STATUS Status) {
    FilterModule& module = *module_of(NdisFilterHandle);
    if (module.oid_pending == OidRequest) {
        module.oid.end(Status);
    } else {
        DbgPrint("ndis: %wZ: NdisFOidRequestComplete of a request that is not under way\n",
                 &module.name);
    }
}

/// NdisFCancelOidRequest (ndis.h) asks the layers below a filter to answer requests with an
/// identifier soon.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfcanceloidrequest
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFCancelOidRequest(NDIS_HANDLE NdisFilterHandle, PVOID RequestId) {
    FilterModule& module = *module_of(NdisFilterHandle);
    cancel_below(*module.adapter, &module, RequestId);
}

/// NdisAllocateCloneOidRequest (ndis.h) copies a request for the layers below.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_INVALID_PARAMETER: neither a filter module's nor a
///   binding's handle, NDIS_STATUS_RESOURCES
///   Owner    the driver, until NdisFreeCloneOidRequest
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatecloneoidrequest
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisAllocateCloneOidRequest(NDIS_HANDLE SourceHandle,
                                                         PNDIS_OID_REQUEST OidRequest,
                                                         NDIS_UINT PoolTag,
                                                         PNDIS_OID_REQUEST* ClonedOidRequest) {
    *ClonedOidRequest = nullptr;
    if (SourceHandle == nullptr || (kind_of(SourceHandle) != HandleKind::kFilterModule &&
                                    kind_of(SourceHandle) != HandleKind::kBinding))
        return NDIS_STATUS_INVALID_PARAMETER;
    const size_t bytes = OidRequest->Header.Size;  // of later revisions, too
    auto* clone = static_cast<NDIS_OID_REQUEST*>(
        allocate(std::max(bytes, sizeof(NDIS_OID_REQUEST)), PoolTag));
    if (clone == nullptr) return NDIS_STATUS_RESOURCES;
    std::memcpy(clone, OidRequest, bytes);
    std::memset(clone->NdisReserved, 0, sizeof(clone->NdisReserved));
    *ClonedOidRequest = clone;
    return NDIS_STATUS_SUCCESS;
}

/// NdisFreeCloneOidRequest (ndis.h) frees such a copy.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreecloneoidrequest
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreeCloneOidRequest(NDIS_HANDLE, PNDIS_OID_REQUEST Request) {
    release(Request);
}
