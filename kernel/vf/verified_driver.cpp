// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/verified_driver.hpp"

#include "kernel/io/irp.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/rtl/unicode.hpp"

namespace rsl::vf {

constinit std::atomic<VerifiedDriver*> VerifiedDriver::table_[kMaxVerified] = {};

// Records are used again and never freed: a thunk on another processor may look at one that goes.
VerifiedDriver* VerifiedDriver::begin(std::u16string_view service, const Options& options) {
    if (service.size() > kMaxName) return nullptr;
    for (auto& slot : table_) {
        VerifiedDriver* record = slot.load(std::memory_order_acquire);
        if (record == nullptr) {
            auto made = mm::make<VerifiedDriver>(mm::pool_tag("VfDr"));
            if (!made) return nullptr;
            if (!slot.compare_exchange_strong(record, *made, std::memory_order_acq_rel)) {
                mm::destroy(*made);
            } else {
                record = *made;
            }
        }
        bool free = false;
        if (!record->in_use_.compare_exchange_strong(free, true, std::memory_order_acq_rel))
            continue;
        record->service_length_ = service.copy(record->service_, kMaxName);
        for (size_t i = 0; i < service.size(); ++i) {
            record->narrow_[i] = service[i] < 0x7F ? static_cast<char>(service[i]) : '?';
        }
        record->set_options(options);
        record->throws_.store(0, std::memory_order_relaxed);
        return record;
    }
    return nullptr;
}

void VerifiedDriver::attach(const ldr::Module& module) {
    base_ = module.base();
    bytes_.store(module.bytes(), std::memory_order_release);  // pairs with of()
}

void VerifiedDriver::end() {
    bytes_.store(0, std::memory_order_release);
    release_kept_irps();
    {
        ke::InterruptLockGuard guard{lock_};
        blocks_.clear();
        things_.clear();
    }
    stubs.release();
    object = nullptr;
    for (auto& routine : dispatch) routine = nullptr;
    dispatch_wrapped.store(0, std::memory_order_relaxed);
    for (auto* counter :
         {&counters.irql_raises, &counters.spin_lock_acquires, &counters.trims,
          &counters.allocations, &counters.allocations_special, &counters.allocations_failed,
          &counters.irps_dispatched, &counters.irps_forwarded, &counters.irps_completed,
          &counters.locks_taken}) {
        counter->store(0, std::memory_order_relaxed);
    }
    in_use_.store(false, std::memory_order_release);
}

VerifiedDriver* VerifiedDriver::of(uint64_t address) {
    for (auto& slot : table_) {
        VerifiedDriver* driver = slot.load(std::memory_order_acquire);  // pairs with begin()
        if (driver == nullptr) return nullptr;  // they are filled from the front
        const uint64_t bytes =
            driver->bytes_.load(std::memory_order_acquire);  // pairs with attach()
        if (address - driver->base_ < bytes) return driver;
    }
    return nullptr;
}

VerifiedDriver* VerifiedDriver::calling(uint64_t& return_address) {
    if (VerifiedDriver* driver = of(return_address)) return driver;
    auto* noted = static_cast<VerifiedDriver*>(ke::current_thread().verified_caller);
    if (noted == nullptr || noted->bytes_.load(std::memory_order_acquire) == 0) return nullptr;
    return_address = noted->base_;  // which of its functions it was is not known
    return noted;
}

Caller::Caller(const void* return_address) : address(reinterpret_cast<uint64_t>(return_address)) {
    driver = VerifiedDriver::calling(address);
}

Options VerifiedDriver::options() const {
    return {flags_.load(std::memory_order_relaxed), seed_.load(std::memory_order_relaxed),
            rate_.load(std::memory_order_relaxed)};
}
void VerifiedDriver::set_options(const Options& options) {
    seed_.store(options.seed, std::memory_order_relaxed);
    rate_.store(options.rate, std::memory_order_relaxed);
    flags_.store(options.flags, std::memory_order_relaxed);
}
bool VerifiedDriver::is_named(std::u16string_view service) const {
    return rtl::compare(this->service(), service, rtl::CaseRule::kIgnore) == 0;
}

bool VerifiedDriver::should_fail() {
    if (!has(kLowResources)) return false;
    const bool fails_now = fails(options(), throws_.fetch_add(1, std::memory_order_relaxed));
    if (fails_now) count(counters.allocations_failed);
    return fails_now;
}

void VerifiedDriver::note(const Entry& entry) {
    ke::InterruptLockGuard guard{lock_};
    (entry.thing == Thing::kPool ? blocks_ : things_).add(entry);
}
bool VerifiedDriver::forget(uint64_t address, Thing thing) {
    ke::InterruptLockGuard guard{lock_};
    return (thing == Thing::kPool ? blocks_ : things_).remove(address, thing);
}
bool VerifiedDriver::knows(uint64_t address, Thing thing) {
    Entry unused;
    return find(address, thing, unused);
}
bool VerifiedDriver::find(uint64_t address, Thing thing, Entry& out) {
    ke::InterruptLockGuard guard{lock_};
    return (thing == Thing::kPool ? blocks_ : things_).find(address, thing, out);
}
bool VerifiedDriver::find_in(uint64_t start, uint64_t bytes, Thing thing, Entry& out) {
    ke::InterruptLockGuard guard{lock_};
    return (thing == Thing::kPool ? blocks_ : things_).find_in(start, bytes, thing, out);
}

size_t VerifiedDriver::collect(Thing thing, Entry* out, size_t capacity) {
    ke::InterruptLockGuard guard{lock_};
    size_t found = 0;
    (thing == Thing::kPool ? blocks_ : things_).for_each([&](const Entry& entry) {
        if (entry.thing != thing) return;
        if (found < capacity) out[found] = entry;
        ++found;
    });
    return found;
}

void VerifiedDriver::keep_irp(io::IrpBlock& block) {
    io::pin(block);
    const uint32_t place = next_kept_.fetch_add(1, std::memory_order_relaxed) % kKeptIrps;
    // Pairs with itself: who gets an IRP out of the ring lets go of it.
    io::IrpBlock* before = kept_irps_[place].exchange(&block, std::memory_order_acq_rel);
    if (before != nullptr) io::unpin(*before);
}

void VerifiedDriver::release_kept_irps() {
    for (auto& kept : kept_irps_) {
        if (io::IrpBlock* block = kept.exchange(nullptr, std::memory_order_acq_rel))
            io::unpin(*block);
    }
}

}  // namespace rsl::vf
