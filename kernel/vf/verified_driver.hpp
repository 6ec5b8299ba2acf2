// SPDX-License-Identifier: GPL-2.0-only
// A driver under verification: what to look for, what it has, what was counted. Its record comes
// before its image (the loader binds imports to thunks while it loads) and goes after it. How
// verification is attached: docs/adr/0014-driver-verifier.md.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/core/result.hpp"
#include "kernel/io/driver.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/vf/address_table.hpp"
#include "kernel/vf/options.hpp"
#include "kernel/vf/stubs.hpp"

namespace rsl::io {
struct IrpBlock;
}

namespace rsl::vf {

/// What `rsl inspect kernel/verifier` shows, as Windows' counters are named.
struct Counters {
    std::atomic<uint64_t> irql_raises, spin_lock_acquires, trims;
    std::atomic<uint64_t> allocations, allocations_special, allocations_failed;
    std::atomic<uint64_t> irps_dispatched, irps_forwarded, irps_completed;
    std::atomic<uint64_t> locks_taken;
};

inline void count(std::atomic<uint64_t>& counter) {
    counter.fetch_add(1, std::memory_order_relaxed);
}

class VerifiedDriver {
  public:
    static constexpr size_t kMaxVerified = 32;

    /// A record for a service that is about to be loaded; nullptr when there is none to give.
    static VerifiedDriver* begin(std::u16string_view service, const Options& options);
    /// The image is there: calls from it are this driver's.
    void attach(const ldr::Module& module);
    /// The image is about to go, or never came.
    void end();

    /// Whose code an address is in; nullptr when no verified driver's. Any IRQL, lock-free.
    static VerifiedDriver* of(uint64_t address);
    static VerifiedDriver* of(const void* address) {
        return of(reinterpret_cast<uint64_t>(address));
    }
    /// Who called the thunk that runs, as its stub noted. `return_address` is corrected when it is
    /// somebody else's: the driver's call was a jump.
    static VerifiedDriver* calling(uint64_t& return_address);
    template <typename Visit>
    static void each(Visit&& visit) {
        for (auto& slot : table_) {
            VerifiedDriver* driver = slot.load(std::memory_order_acquire);  // pairs with begin()
            if (driver != nullptr && driver->in_use_.load(std::memory_order_acquire))
                visit(*driver);
        }
    }

    bool has(Flag flag) const { return (flags_.load(std::memory_order_relaxed) & flag) != 0; }
    Options options() const;
    void set_options(const Options& options);
    bool is_named(std::u16string_view service) const;
    std::u16string_view service() const { return {service_, service_length_}; }
    std::string_view narrow_name() const { return {narrow_, service_length_}; }
    bool contains(uint64_t address) const { return address - base_ < bytes_; }
    uint64_t base() const { return base_; }
    uint64_t bytes() const { return bytes_; }

    /// The low-resource simulation: whether the allocation that is asked for now fails.
    bool should_fail();

    // ---- What it has. The tables are the book's own; these take the lock.
    void note(const Entry& entry);
    bool forget(uint64_t address, Thing thing);
    bool knows(uint64_t address, Thing thing);
    bool find(uint64_t address, Thing thing, Entry& out);
    bool find_in(uint64_t start, uint64_t bytes, Thing thing, Entry& out);
    /// Copies up to `capacity` entries of a kind; returns how many there are.
    size_t collect(Thing thing, Entry* out, size_t capacity);

    /// Keeps the memory of an IRP for a while after its completion, so that a second one is seen.
    void keep_irp(io::IrpBlock& block);

    io::Driver* object = nullptr;  // ours, while it is loaded
    Counters counters = {};
    StubPage stubs;
    PDRIVER_DISPATCH dispatch[IRP_MJ_MAXIMUM_FUNCTION + 1] = {};  // the driver's own routines
    std::atomic<uint32_t> dispatch_wrapped = 0;                   // one bit for each of them

  private:
    static constexpr size_t kKeptIrps = 32, kMaxName = 64;
    static std::atomic<VerifiedDriver*> table_[kMaxVerified];
    void release_kept_irps();

    std::atomic<bool> in_use_ = false;
    std::atomic<uint32_t> flags_ = 0, seed_ = 0, rate_ = 0;
    std::atomic<uint64_t> throws_ = 0;
    uint64_t base_ = 0;
    std::atomic<uint64_t> bytes_ = 0;
    char16_t service_[kMaxName] = {};
    char narrow_[kMaxName] = {};
    size_t service_length_ = 0;
    ke::SpinLock lock_{ke::LockRank::kModules};
    AddressTable blocks_ RSL_GUARDED_BY(lock_);  // pool: many
    AddressTable things_ RSL_GUARDED_BY(lock_);  // the rest
    std::atomic<io::IrpBlock*> kept_irps_[kKeptIrps] = {};
    std::atomic<uint32_t> next_kept_ = 0;
};

/// Who called a thunk.
struct Caller {
    explicit Caller(const void* return_address);
    /// A routine of the driver, to blame.
    Caller(VerifiedDriver& verified, uint64_t routine) : address(routine), driver(&verified) {}
    uint64_t address;
    VerifiedDriver* driver;  // nullptr: a pointer to the thunk has come to somebody else
    bool has(Flag flag) const { return driver != nullptr && driver->has(flag); }
};
/// First in every thunk.
#define RSL_VF_CALLER() \
    const ::rsl::vf::Caller caller { __builtin_return_address(0) }

}  // namespace rsl::vf
