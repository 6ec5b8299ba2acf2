// SPDX-License-Identifier: GPL-2.0-only
// Raising and lowering, critical regions.
#include "kernel/arch/arch.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/vf/pageable.hpp"
#include "kernel/vf/raised.hpp"
#include "kernel/vf/thunks.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint32_t kViolation = DRIVER_VERIFIER_DETECTED_VIOLATION;

void check_raise(const Caller& caller, KIRQL wanted) {
    const KIRQL now = arch::irql();
    if (wanted >= now && wanted <= HIGH_LEVEL) return;
    stop(caller, {kViolation,
                  {0x30, now, wanted, 0},
                  "the driver called KeRaiseIrql with a level below the current one",
                  "raise only to a level at or above the current one; KeLowerIrql goes back"});
}

void check_lower(const Caller& caller, KIRQL wanted) {
    const KIRQL now = arch::irql();
    if (wanted > now || wanted > HIGH_LEVEL) {
        stop(caller, {kViolation,
                      {0x31, now, wanted, 0},
                      "the driver called KeLowerIrql with a level above the current one",
                      "lower to the level that KeRaiseIrql returned"});
    }
    const ke::Processor& here = arch::processor();
    if (wanted < DISPATCH_LEVEL && here.dpc_running && here.nesting_level == 0 &&
        now >= DISPATCH_LEVEL) {
        stop(caller,
             {kViolation,
              {0x31, now, wanted, 1},
              "the driver lowered the IRQL below DISPATCH_LEVEL in a DPC routine",
              "a DPC routine stays at DISPATCH_LEVEL; leave what must run lower to a work item"});
    }
}

void lower(const Caller& caller, KIRQL wanted) {
    if (caller.driver != nullptr) check_lower(caller, wanted);
    before_lowering(wanted);
    ::KeLowerIrql(wanted);
}

void check_region(const Caller& caller, uint64_t code, const char* rule) {
    const KIRQL now = arch::irql();
    if (!caller.has(kForceIrql) || now <= APC_LEVEL) return;
    stop(caller, {kViolation,
                  {code, now, 0, 0},
                  rule,
                  "critical regions are for code at or below APC_LEVEL"});
}

}  // namespace

void after_raising(const Caller& caller, KIRQL before) {
    if (caller.driver == nullptr || before >= DISPATCH_LEVEL || arch::irql() < DISPATCH_LEVEL)
        return;
    count(caller.driver->counters.irql_raises);
    if (caller.driver->has(kForceIrql) && trim()) count(caller.driver->counters.trims);
}

void before_lowering(KIRQL wanted) {
    if (wanted < DISPATCH_LEVEL && arch::irql() >= DISPATCH_LEVEL) left_raised_level();
}

namespace thunk {

KIRQL NTAPI KfRaiseIrql(KIRQL NewIrql) {
    RSL_VF_CALLER();
    if (caller.driver != nullptr) check_raise(caller, NewIrql);
    const KIRQL before = ::KfRaiseIrql(NewIrql);
    after_raising(caller, before);
    return before;
}
VOID NTAPI KeRaiseIrql(KIRQL NewIrql, PKIRQL OldIrql) {
    RSL_VF_CALLER();
    if (caller.driver != nullptr) check_raise(caller, NewIrql);
    *OldIrql = ::KfRaiseIrql(NewIrql);
    after_raising(caller, *OldIrql);
}
VOID NTAPI KeLowerIrql(KIRQL NewIrql) {
    RSL_VF_CALLER();
    lower(caller, NewIrql);
}
VOID NTAPI KfLowerIrql(KIRQL NewIrql) {
    RSL_VF_CALLER();
    lower(caller, NewIrql);
}
KIRQL NTAPI KeRaiseIrqlToDpcLevel(VOID) {
    RSL_VF_CALLER();
    if (caller.driver != nullptr) check_raise(caller, DISPATCH_LEVEL);
    const KIRQL before = ::KeRaiseIrqlToDpcLevel();
    after_raising(caller, before);
    return before;
}
KIRQL NTAPI KeRaiseIrqlToSynchLevel(VOID) {
    RSL_VF_CALLER();
    const KIRQL before = ::KeRaiseIrqlToSynchLevel();
    after_raising(caller, before);
    return before;
}

BOOLEAN NTAPI KeSynchronizeExecution(PKINTERRUPT Interrupt, PKSYNCHRONIZE_ROUTINE Routine,
                                     PVOID Context) {
    RSL_VF_CALLER();
    // Taken away before, because the kernel raises: what the routine touches is at the interrupt's
    // level.
    if (caller.has(kForceIrql) && trim()) count(caller.driver->counters.trims);
    const BOOLEAN outcome = ::KeSynchronizeExecution(Interrupt, Routine, Context);
    if (arch::irql() < DISPATCH_LEVEL) left_raised_level();
    return outcome;
}

VOID NTAPI KeEnterCriticalRegion(VOID) {
    RSL_VF_CALLER();
    check_region(caller, 0x11A, "the driver called KeEnterCriticalRegion above APC_LEVEL");
    ::KeEnterCriticalRegion();
}
VOID NTAPI KeLeaveCriticalRegion(VOID) {
    RSL_VF_CALLER();
    check_region(caller, 0x11B, "the driver called KeLeaveCriticalRegion above APC_LEVEL");
    if (caller.driver != nullptr && ke::current_thread().kernel_apc_disable == 0) {
        stop(caller,
             {kViolation,
              {0x3E, 0, 0, 0},
              "the driver called KeLeaveCriticalRegion for a thread that is in no critical region",
              "each KeLeaveCriticalRegion follows one KeEnterCriticalRegion of the same thread"});
    }
    ::KeLeaveCriticalRegion();
}

}  // namespace thunk
}  // namespace rsl::vf
