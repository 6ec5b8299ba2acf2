// SPDX-License-Identifier: GPL-2.0-only
// Deadlock detection: the lock graph of all verified drivers, told by the thunks of lock routines.
// With the option off for a driver, its locks are not looked at.
#pragma once

#include "kernel/vf/lock_graph.hpp"
#include "kernel/vf/verified_driver.hpp"

namespace rsl::vf {

/// Before a lock is waited for, and once it has been taken. `Manner::kTries` calls lock_taken()
/// alone.
void lock_wanted(const Caller& caller, const volatile void* lock, LockKind kind);
void lock_taken(const Caller& caller, const volatile void* lock, LockKind kind);
void lock_released(const Caller& caller, const volatile void* lock, LockKind kind, bool lowers);
void lock_initialized(const Caller& caller, const volatile void* lock, LockKind kind);
/// Memory goes in which locks may lie.
void locks_freed(const Caller& caller, uint64_t start, uint64_t bytes);
void thread_ends(const Caller& caller);

struct LockUsage {
    size_t locks, arrows;
};
LockUsage lock_usage();

}  // namespace rsl::vf
