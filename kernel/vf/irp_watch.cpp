// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/irp_watch.hpp"

#include "abi/types/status.h"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/vf/pageable.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint32_t kViolation = DRIVER_VERIFIER_IOMANAGER_VIOLATION;
constexpr uint8_t kAlways = SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL;
constexpr uint8_t kInvokeBits = kAlways;

bool is_wanted(uint8_t control, const IRP& irp) {
    if ((control & SL_INVOKE_ON_CANCEL) != 0 && irp.Cancel) return true;
    return (control &
            (NT_SUCCESS(irp.IoStatus.Status) ? SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR)) != 0;
}

struct Forward {
    VerifiedDriver* driver;
    PIO_COMPLETION_ROUTINE routine;
    void* context;
    uint64_t key;
    uint8_t control;
};

/// A stack location of an IRP as one number, so that a driver may have an IRP in several of its
/// own.
uint64_t key_of(const IRP& irp, int location) {
    return number_of(&irp) + static_cast<uint64_t>(location);
}

uint64_t status_number(NTSTATUS status) { return static_cast<uint32_t>(status); }

/// Compares what the dispatch routine returned with what became of the IRP. Both are known.
void judge(const Passage& passage) {
    const NTSTATUS returned = passage.returned;
    const auto blame = [&](uint64_t code, const char* rule, const char* advice) {
        Facts& facts = Facts::begin();
        facts.line("the dispatch routine returned 0x%08x", static_cast<unsigned>(returned));
        facts.line("the IRP was completed with 0x%08x, %s",
                   static_cast<unsigned>(passage.completed_with),
                   passage.marked_pending ? "marked pending" : "not marked pending");
        stop(passage.routine,
             {kViolation,
              {code, passage.routine, number_of(passage.irp), status_number(returned)},
              rule,
              advice},
             &facts);
    };
    if (returned == STATUS_PENDING && !passage.marked_pending) {
        blame(0x23D, "the driver returned STATUS_PENDING but did not mark the IRP pending",
              "call IoMarkIrpPending before the IRP is queued or passed on, if STATUS_PENDING is "
              "to be returned");
    }
    if (returned != STATUS_PENDING && passage.marked_pending) {
        blame(0x23E, "the driver marked the IRP pending but did not return STATUS_PENDING",
              "after IoMarkIrpPending the dispatch routine returns STATUS_PENDING, whatever "
              "becomes of the IRP");
    }
    if (returned != STATUS_PENDING && returned != passage.completed_with) {
        blame(0x224, "the dispatch routine returned another status than it completed the IRP with",
              "keep the status in a variable, put it into Irp->IoStatus.Status and return it");
    }
}

NTSTATUS NTAPI passed(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
    auto& passage = *static_cast<Passage*>(context);
    const PIO_COMPLETION_ROUTINE above = passage.above;
    void* const above_context = passage.above_context;
    const uint8_t above_control = passage.above_control;
    passage.completed_with = irp->IoStatus.Status;
    passage.marked_pending = irp->PendingReturned != 0;
    count(passage.driver->counters.irps_completed);
    auto before = Passage::Event::kNone;
    if (!passage.first.compare_exchange_strong(before, Passage::Event::kPassed,
                                               std::memory_order_acq_rel)) {
        judge(passage);
        mm::destroy(&passage);
    }
    if (above != nullptr && is_wanted(above_control, *irp))
        return above(device, irp, above_context);
    if (irp->PendingReturned && !io::is_past_stack(*irp)) io::mark_pending(*irp);
    return STATUS_SUCCESS;
}

/// How a completion routine of a verified driver behaves.
struct Manners {
    KIRQL irql = arch::irql();
    int16_t apc_disable = ke::current_thread().kernel_apc_disable;
    bool pending;
    explicit Manners(const IRP& irp) : pending(irp.PendingReturned != 0) {}

    void check(const Forward& forward, PIRP irp, NTSTATUS answer) const {
        const uint64_t routine = number_of(forward.routine);
        if (arch::irql() != irql) {
            stop(routine, {DRIVER_VERIFIER_DETECTED_VIOLATION,
                           {0xFA, routine, irql, arch::irql()},
                           "a completion routine returned at another IRQL than it was called at",
                           "release the spin locks that it took, and lower what it raised"});
        }
        const int16_t now = ke::current_thread().kernel_apc_disable;
        if (now != apc_disable) {
            const auto wide = [](int16_t value) {
                return static_cast<uint64_t>(static_cast<int64_t>(value));
            };
            stop(routine, {DRIVER_VERIFIER_DETECTED_VIOLATION,
                           {0xFB, routine, wide(now), wide(apc_disable)},
                           "a completion routine changed the thread's APC disable count",
                           "it runs in any thread: leave every critical region that it entered"});
        }
        if (answer == STATUS_MORE_PROCESSING_REQUIRED || !pending || io::is_past_stack(*irp))
            return;
        if ((io::current_location(*irp).Control & SL_PENDING_RETURNED) == 0) {
            stop(routine,
                 {kViolation,
                  {0x228, routine, number_of(irp), 0},
                  "a completion routine did not mark the IRP pending although PendingReturned is "
                  "set",
                  "begin the routine with: if (Irp->PendingReturned) IoMarkIrpPending(Irp);"});
        }
    }
};

NTSTATUS NTAPI come_back(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
    const Forward forward = *static_cast<Forward*>(context);
    mm::destroy(static_cast<Forward*>(context));
    forward.driver->forget(forward.key, Thing::kForward);
    if (!is_wanted(forward.control, *irp)) {
        if (irp->PendingReturned && !io::is_past_stack(*irp)) io::mark_pending(*irp);
        return STATUS_SUCCESS;
    }
    const Manners manners(*irp);
    const NTSTATUS answer = forward.routine(device, irp, forward.context);
    manners.check(forward, irp, answer);
    return answer;
}

/// The routine returned, and the request has not passed its location: it is kept, or forgotten.
void judge_kept(const Passage& passage, IRP& irp, NTSTATUS returned) {
    if (returned == STATUS_PENDING) return;  // looked at when it comes back
    const bool marked = (io::current_location(irp).Control & SL_PENDING_RETURNED) != 0;
    const uint64_t code = marked ? 0x23E : 0x226;
    Facts& facts = Facts::begin();
    facts.line("the dispatch routine returned 0x%08x", static_cast<unsigned>(returned));
    stop(passage.routine,
         {kViolation,
          {code, passage.routine, number_of(&irp), status_number(returned)},
          marked ? "the driver marked the IRP pending but did not return STATUS_PENDING"
                 : "a dispatch routine returned without completing the IRP or passing it down, or "
                   "forgot STATUS_PENDING",
          "complete the IRP, pass it on, or mark it pending and return STATUS_PENDING"},
         &facts);
}

}  // namespace

Passage* begin_passage(VerifiedDriver& driver, DEVICE_OBJECT& device, IRP& irp, uint64_t routine) {
    const auto made = mm::make<Passage>(mm::pool_tag("VfPs"));
    if (!made) return nullptr;
    IO_STACK_LOCATION& location = io::current_location(irp);
    Passage& passage = **made;
    passage.driver = &driver;
    passage.device = &device;
    passage.irp = &irp;
    passage.routine = routine;
    passage.above = location.CompletionRoutine;
    passage.above_context = location.Context;
    passage.above_control = location.Control & kInvokeBits;
    passage.first.store(Passage::Event::kNone, std::memory_order_relaxed);
    location.CompletionRoutine = &passed;
    location.Context = &passage;
    location.Control |= kAlways;
    return &passage;
}

bool is_passage(const IO_STACK_LOCATION& location) { return location.CompletionRoutine == &passed; }

void end_passage(Passage& passage, NTSTATUS returned) {
    passage.returned = returned;
    auto before = Passage::Event::kNone;
    if (passage.first.load(std::memory_order_acquire) == Passage::Event::kNone) {
        // Not complete as far as we know. With another status than STATUS_PENDING that is a
        // mistake, unless it is completed just now on another processor, which the exchange below
        // tells.
        IRP& irp = *passage.irp;
        if (returned != STATUS_PENDING && irp.Type == IO_TYPE_IRP && !io::is_past_stack(irp) &&
            io::current_location(irp).DeviceObject == passage.device &&
            passage.first.load(std::memory_order_acquire) == Passage::Event::kNone) {
            judge_kept(passage, irp, returned);
        }
    }
    if (passage.first.compare_exchange_strong(before, Passage::Event::kReturned,
                                              std::memory_order_acq_rel))
        return;
    judge(passage);
    mm::destroy(&passage);
}

void begin_forward(VerifiedDriver& driver, IRP& irp, uint64_t caller) {
    IO_STACK_LOCATION& next = io::next_location(irp);
    const uint64_t key = key_of(irp, irp.CurrentLocation - 1);
    count(driver.counters.irps_forwarded);
    const bool has_routine = next.CompletionRoutine != nullptr && (next.Control & kInvokeBits) != 0;
    if (!has_routine || is_passage(next)) return;  // skipped, or nobody wants it back
    if (driver.has(kForceIrql) && is_pageable(number_of(next.CompletionRoutine))) {
        stop(caller, {kViolation,
                      {0x227, caller, number_of(&irp), number_of(next.CompletionRoutine)},
                      "an IRP's completion routine is in pageable code",
                      "take it out of the PAGE section"});
    }
    const auto made = mm::make<Forward>(mm::pool_tag("VfFw"));
    if (!made) return;
    **made = {&driver, next.CompletionRoutine, next.Context, key,
              static_cast<uint8_t>(next.Control & kInvokeBits)};
    driver.note({.address = key, .bytes = 0, .caller = caller, .thing = Thing::kForward});
    next.CompletionRoutine = &come_back;
    next.Context = *made;
    next.Control |= kAlways;
}

bool is_beneath(VerifiedDriver& driver, IRP& irp) {
    if (!driver.knows(key_of(irp, irp.CurrentLocation), Thing::kForward)) return false;
    // A driver with several devices in one stack sends IRPs to itself, perhaps by another driver
    // object.
    const IO_STACK_LOCATION& location = io::current_location(irp);
    if (location.DeviceObject == nullptr) return true;
    const DRIVER_OBJECT* owner = location.DeviceObject->DriverObject;
    return owner != static_cast<DRIVER_OBJECT*>(driver.object) &&
           !driver.contains(number_of(owner->MajorFunction[location.MajorFunction]));
}

bool is_in_use(VerifiedDriver& driver, IRP& irp) {
    for (int location = 0; location <= irp.StackCount; ++location) {
        if (driver.knows(key_of(irp, location), Thing::kForward)) return true;
    }
    return false;
}

}  // namespace rsl::vf
