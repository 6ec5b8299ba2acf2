// SPDX-License-Identifier: GPL-2.0-only
// ERESOURCEs and lookaside lists: what is active, and what is taken while shared.
#include "abi/types/status.h"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/vf/thunks.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint32_t kViolation = DRIVER_VERIFIER_DETECTED_VIOLATION;

bool apcs_are_off() {
    const ke::Thread& self = ke::current_thread();
    return arch::irql() >= APC_LEVEL || self.kernel_apc_disable != 0 ||
           self.special_apc_disable != 0 || self.system_thread;
}

void check_resource(const Caller& caller, PERESOURCE resource, uint64_t code, const char* rule) {
    if (caller.driver == nullptr || apcs_are_off()) return;
    const auto disabled =
        static_cast<uint64_t>(static_cast<int64_t>(ke::current_thread().kernel_apc_disable));
    stop(caller, {kViolation,
                  {code, arch::irql(), disabled, number_of(resource)},
                  rule,
                  "call KeEnterCriticalRegion before and KeLeaveCriticalRegion after: a suspended "
                  "thread would keep it"});
}
void check_alignment(const Caller& caller, PERESOURCE resource) {
    if (caller.driver == nullptr || number_of(resource) % 8 == 0) return;
    stop(caller, {kViolation,
                  {0x3D, 0, 0, number_of(resource)},
                  "the driver passed an unaligned resource",
                  "an ERESOURCE begins at a multiple of 8"});
}

void lookaside_made(const Caller& caller, void* list) {
    if (!caller.has(kMiscellaneous)) return;
    if (caller.driver->knows(number_of(list), Thing::kLookaside)) {
        stop(caller, {kViolation,
                      {0xCA, number_of(list), 0, 0},
                      "the driver initialized a lookaside list that is active",
                      "delete it first, or initialize it once"});
    }
    caller.driver->note({.address = number_of(list),
                         .bytes = sizeof(NPAGED_LOOKASIDE_LIST),
                         .caller = caller.address,
                         .thing = Thing::kLookaside});
}
/// A list that keeps nothing: each entry comes from the pool and goes back to it, so that pool
/// checks see it.
void let_pool_serve(const Caller& caller, GENERAL_LOOKASIDE& list) {
    if (!caller.has(kSpecialPool) && !caller.has(kPoolTracking)) return;
    list.Depth = 0;
    list.Allocate = &thunk::ExAllocatePoolWithTag;
    list.Free = &thunk::ExFreePool;
}

void lookaside_deleted(const Caller& caller, void* list) {
    if (!caller.has(kMiscellaneous) || caller.driver->forget(number_of(list), Thing::kLookaside))
        return;
    stop(caller, {kViolation,
                  {0xCB, number_of(list), 0, 0},
                  "the driver deleted a lookaside list that is not initialized",
                  "delete each list once, and only if it was initialized"});
}

}  // namespace

namespace thunk {

NTSTATUS NTAPI ExInitializeResourceLite(PERESOURCE Resource) {
    RSL_VF_CALLER();
    check_alignment(caller, Resource);
    if (caller.driver != nullptr) {
        if (caller.driver->knows(number_of(Resource), Thing::kResource)) {
            stop(caller, {kViolation,
                          {0xD0, number_of(Resource), 0, 0},
                          "the driver initialized an ERESOURCE that is active",
                          "delete it first, or initialize it once"});
        }
        caller.driver->note({.address = number_of(Resource),
                             .bytes = sizeof(ERESOURCE),
                             .caller = caller.address,
                             .thing = Thing::kResource});
    }
    return ::ExInitializeResourceLite(Resource);
}
NTSTATUS NTAPI ExDeleteResourceLite(PERESOURCE Resource) {
    RSL_VF_CALLER();
    if (caller.driver != nullptr && !caller.driver->forget(number_of(Resource), Thing::kResource)) {
        stop(caller, {kViolation,
                      {0xD1, number_of(Resource), 0, 0},
                      "the driver deleted an ERESOURCE that is not initialized",
                      "delete each resource once, and only if it was initialized"});
    }
    return ::ExDeleteResourceLite(Resource);
}
BOOLEAN NTAPI ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait) {
    RSL_VF_CALLER();
    check_alignment(caller, Resource);
    check_resource(caller, Resource, 0x37,
                   "the driver acquired a resource while APCs are not disabled");
    if (caller.has(kDeadlock) && Wait && !ExIsResourceAcquiredExclusiveLite(Resource) &&
        ExIsResourceAcquiredSharedLite(Resource) != 0) {
        stop(caller, {kViolation,
                      {0x1000, number_of(Resource), 0, 0},
                      "the driver acquired a resource exclusively that its thread owns shared: it "
                      "waits for itself",
                      "release it first, or acquire it exclusively from the start"});
    }
    return ::ExAcquireResourceExclusiveLite(Resource, Wait);
}
BOOLEAN NTAPI ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait) {
    RSL_VF_CALLER();
    check_alignment(caller, Resource);
    check_resource(caller, Resource, 0x37,
                   "the driver acquired a resource while APCs are not disabled");
    return ::ExAcquireResourceSharedLite(Resource, Wait);
}
VOID NTAPI ExReleaseResourceLite(PERESOURCE Resource) {
    RSL_VF_CALLER();
    check_resource(caller, Resource, 0x38,
                   "the driver released a resource while APCs are not disabled");
    ::ExReleaseResourceLite(Resource);
}

VOID NTAPI ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside,
                                           PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
                                           ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth) {
    RSL_VF_CALLER();
    lookaside_made(caller, Lookaside);
    ::ExInitializeNPagedLookasideList(Lookaside, Allocate, Free, Flags, Size, Tag, Depth);
    if (Allocate == nullptr && Free == nullptr) let_pool_serve(caller, Lookaside->L);
}
VOID NTAPI ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside) {
    RSL_VF_CALLER();
    lookaside_deleted(caller, Lookaside);
    ::ExDeleteNPagedLookasideList(Lookaside);
}
VOID NTAPI ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside,
                                          PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
                                          ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth) {
    RSL_VF_CALLER();
    lookaside_made(caller, Lookaside);
    ::ExInitializePagedLookasideList(Lookaside, Allocate, Free, Flags, Size, Tag, Depth);
    if (Allocate == nullptr && Free == nullptr) let_pool_serve(caller, Lookaside->L);
}
VOID NTAPI ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside) {
    RSL_VF_CALLER();
    lookaside_deleted(caller, Lookaside);
    ::ExDeletePagedLookasideList(Lookaside);
}

}  // namespace thunk
}  // namespace rsl::vf
