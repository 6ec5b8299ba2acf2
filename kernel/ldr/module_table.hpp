// SPDX-License-Identifier: GPL-2.0-only
// Where the modules are. Written under a spin lock, read without: an unwind asks for the module of an
// address at any IRQL, perhaps on a processor that stopped another one inside this lock.
#pragma once

#include <atomic>

#include "kernel/ke/spin_lock.hpp"
#include "kernel/ldr/module.hpp"

namespace rsl::ldr {

class ModuleTable {
  public:
    static constexpr size_t kMaxModules = 256;

    void add_kernel(Module& module, uint64_t base) RSL_EXCLUDES(lock_);
    /// An unused structure with this name and one reference, not live yet. kObjectNameCollision.
    Result<Module*> reserve(std::u16string_view name) RSL_EXCLUDES(lock_);
    void publish(Module& module, const Image& image);
    /// Drops a reference. True when it was the last one: the module is not live any more, and the
    /// caller frees what it holds, then calls recycle().
    bool drop(Module& module) RSL_EXCLUDES(lock_);
    void recycle(Module& module) RSL_EXCLUDES(lock_);

    /// The live module of that name with one more reference, or nullptr.
    Module* acquire(std::string_view name) RSL_EXCLUDES(lock_);

    template <typename Predicate>
    Module* find(Predicate&& predicate) const {
        const size_t count = used_.load(std::memory_order_acquire);  // pairs with reserve()
        for (size_t i = 0; i < count; ++i) {
            Module* module = slots_[i].load(std::memory_order_relaxed);
            // live_ pairs with publish(): what it guards is written before.
            if (module->live_.load(std::memory_order_acquire) && predicate(*module)) return module;
        }
        return nullptr;
    }
    template <typename Visit>
    void each(Visit&& visit) RSL_EXCLUDES(lock_) {
        ke::SpinLockGuard guard{lock_};
        find([&](Module& module) { return visit(module), false; });
    }

  private:
    Module* unused_locked() RSL_REQUIRES(lock_);

    ke::SpinLock lock_{ke::LockRank::kModules};
    std::atomic<Module*> slots_[kMaxModules] = {};
    std::atomic<size_t> used_ = 0;
};

extern constinit ModuleTable g_modules;

/// File names compared as the file system does: case ignored. `wanted` is ASCII.
bool is_named(const Module& module, std::string_view wanted);

}  // namespace rsl::ldr
