// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/deadlock.hpp"

#include "kernel/ke/processor.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constinit ke::SpinLock lock{ke::LockRank::kModules};
constinit LockGraph graph RSL_GUARDED_BY(lock);

/// A thread owns what it takes; so does a processor in a DPC or an interrupt, which interrupt a
/// thread.
uint64_t owner_now() {
    const ke::Processor& here = arch::processor();
    if (here.nesting_level != 0) return 0x200 + uint64_t{here.number};
    if (here.dpc_running && arch::irql() >= DISPATCH_LEVEL) return 0x100 + uint64_t{here.number};
    return number_of(&ke::current_thread());
}

const char* rule_of(LockIssue issue) {
    switch (issue) {
        case LockIssue::kSelfDeadlock:
            return "the driver took a lock that it holds already: it waits for itself";
        case LockIssue::kDeadlock:
            return "locks are taken in orders that can deadlock";
        case LockIssue::kUnexpectedRelease:
            return "the driver released a spin lock and lowered the IRQL while it held a spin lock "
                   "taken later";
        case LockIssue::kUnexpectedThread:
            return "a lock was released by another thread than the one that took it";
        case LockIssue::kMultipleInitialization:
            return "the driver initialized a lock that is held";
        case LockIssue::kUnacquired:
            return "the driver released a lock that it had not taken";
        case LockIssue::kMismatchedAcquire:
            return "the driver took a lock by a routine for another kind of lock";
        case LockIssue::kMismatchedRelease:
            return "the driver released a lock by a routine for another kind of lock";
        case LockIssue::kThreadEnded:
            return "a thread ended while it held a lock";
        default:
            return "the driver freed memory in which a lock is held";
    }
}

const char* advice_of(LockIssue issue) {
    switch (issue) {
        case LockIssue::kDeadlock:
            return "take these locks in the same order everywhere, or one of them at a time";
        case LockIssue::kSelfDeadlock:
            return "release it first, or let the inner function expect the lock to be held";
        case LockIssue::kUnexpectedRelease:
            return "release in the reverse order, the one that lowers the IRQL last";
        case LockIssue::kMismatchedAcquire:
        case LockIssue::kMismatchedRelease:
            return "use plain or in-stack queued routines for a spin lock, never both";
        case LockIssue::kDeletedWhileOwned:
            return "release the lock before its memory is freed";
        default:
            return "every path that takes the lock releases it once, in the same thread";
    }
}

void write_cycle(Facts& facts, std::span<const LockStep> steps) {
    for (const LockStep& step : steps) {
        facts.line("%s 0x%llx is taken at %s", name_of(step.to_kind), step.to,
                   place_text(step.taken_at));
        facts.line("    while %s 0x%llx is held, taken at %s", name_of(step.from_kind), step.from,
                   place_text(step.held_since));
    }
}

[[noreturn]] void report(const Caller& caller, const LockProblem& problem,
                         std::span<const LockStep> cycle) {
    Facts& facts = Facts::begin();
    facts.line("the lock: 0x%llx", problem.lock);
    if (problem.issue == LockIssue::kUnexpectedRelease)
        facts.line("still held: 0x%llx", problem.other);
    if (problem.issue == LockIssue::kSelfDeadlock)
        facts.line("taken before at %s", place_text(problem.other));
    write_cycle(facts, cycle);
    uint64_t third = 0, fourth = 0, second = problem.lock;
    if (problem.issue == LockIssue::kUnexpectedRelease ||
        problem.issue == LockIssue::kUnexpectedThread ||
        problem.issue == LockIssue::kDeletedWhileOwned) {
        third = problem.other;
    }
    if (problem.issue == LockIssue::kUnexpectedThread) fourth = owner_now();
    if (problem.issue == LockIssue::kThreadEnded) second = problem.other;
    stop(caller,
         {DRIVER_VERIFIER_DETECTED_VIOLATION,
          {static_cast<uint64_t>(problem.issue), second, third, fourth},
          rule_of(problem.issue),
          advice_of(problem.issue)},
         &facts);
}

/// Runs `look` on the graph and reports what it finds, the lock released.
template <typename Look>
void ask(const Caller& caller, Look&& look) {
    if (!caller.has(kDeadlock)) return;
    LockProblem problem;
    LockStep steps[16];
    size_t count = 0;
    {
        ke::InterruptLockGuard guard{lock};
        problem = look(graph, LockTaker{owner_now(), caller.address});
        if (problem.issue == LockIssue::kDeadlock) count = graph.cycle(steps, 16);
    }
    if (problem) report(caller, problem, {steps, count < 16 ? count : 16});
}

}  // namespace

void lock_wanted(const Caller& caller, const volatile void* wanted, LockKind kind) {
    ask(caller, [&](LockGraph& g, const LockTaker& taker) {
        return g.will_take(number_of(wanted), kind, taker);
    });
}
void lock_taken(const Caller& caller, const volatile void* taken, LockKind kind) {
    ask(caller, [&](LockGraph& g, const LockTaker& taker) {
        g.taken(number_of(taken), kind, taker);
        return LockProblem{};
    });
    if (caller.driver != nullptr) count(caller.driver->counters.locks_taken);
}
void lock_released(const Caller& caller, const volatile void* released, LockKind kind,
                   bool lowers) {
    ask(caller, [&](LockGraph& g, const LockTaker& taker) {
        return g.will_release(number_of(released), kind, taker, lowers);
    });
}
void lock_initialized(const Caller& caller, const volatile void* made, LockKind kind) {
    ask(caller,
        [&](LockGraph& g, const LockTaker&) { return g.initialized(number_of(made), kind); });
}
void locks_freed(const Caller& caller, uint64_t start, uint64_t bytes) {
    ask(caller, [&](LockGraph& g, const LockTaker&) { return g.forget(start, bytes); });
}
void thread_ends(const Caller& caller) {
    ask(caller, [&](LockGraph& g, const LockTaker& taker) { return g.ended(taker.owner); });
}

LockUsage lock_usage() {
    ke::InterruptLockGuard guard{lock};
    return {graph.locks(), graph.arrows()};
}

}  // namespace rsl::vf
