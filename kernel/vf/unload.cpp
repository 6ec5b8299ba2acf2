// SPDX-License-Identifier: GPL-2.0-only
// What a driver has left when it is gone.
#include "kernel/ke/dpc.hpp"
#include "kernel/ke/timer.hpp"
#include "kernel/mm/pool_internal.hpp"
#include "kernel/vf/attach.hpp"
#include "kernel/vf/deadlock.hpp"
#include "kernel/vf/dma.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint32_t kViolation = DRIVER_VERIFIER_DETECTED_VIOLATION;
constexpr size_t kShown = 32;

struct TagText {
    char text[5];
    explicit TagText(uint32_t tag) {
        for (unsigned i = 0; i < 4; ++i) {
            const auto letter = static_cast<char>(tag >> (8 * i));
            text[i] = letter >= ' ' && letter < 0x7F ? letter : '.';
        }
        text[4] = 0;
    }
};

/// Pool may have been freed by somebody else: the I/O manager, another driver.
bool is_alive(const Entry& entry) {
    if (entry.thing != Thing::kPool) return true;
    const auto* memory = reinterpret_cast<const void*>(entry.address);
    return mm::pool_block_bytes(memory) == entry.bytes && mm::pool_block_tag(memory) == entry.tag;
}

const char* name_of(Thing thing) {
    switch (thing) {
        case Thing::kMdl:
            return "MDL";
        case Thing::kIrp:
            return "IRP";
        case Thing::kWorkItem:
            return "work item";
        default:
            return "pool";
    }
}

class Leaks {
  public:
    explicit Leaks(VerifiedDriver& driver) : driver_(driver) {}
    void add(Thing thing) {
        const size_t found = driver_.collect(thing, entries_, kCapacity);
        for (size_t i = 0; i < found && i < kCapacity; ++i) {
            if (is_alive(entries_[i])) show(entries_[i]);
        }
    }
    uint64_t count() const { return count_; }
    const Facts* facts() {
        if (count_ > kShown)
            facts_.line("and %llu more", static_cast<unsigned long long>(count_ - kShown));
        return &facts_;
    }

  private:
    void show(const Entry& entry) {
        if (++count_ > kShown) return;
        if (entry.thing == Thing::kPool) {
            facts_.line("tag '%s', %llu bytes of %s pool at 0x%llx, allocated at %s",
                        TagText(entry.tag).text, static_cast<unsigned long long>(entry.bytes),
                        entry.paged ? "paged" : "nonpaged",
                        static_cast<unsigned long long>(entry.address), place_text(entry.caller));
        } else {
            facts_.line("%s at 0x%llx, allocated at %s", name_of(entry.thing),
                        static_cast<unsigned long long>(entry.address), place_text(entry.caller));
        }
    }

    static constexpr size_t kCapacity = 256;
    static constinit Entry entries_[kCapacity];
    VerifiedDriver& driver_;
    Facts& facts_ = Facts::begin();
    uint64_t count_ = 0;
};
constinit Entry Leaks::entries_[kCapacity] = {};

void check_timers(const VerifiedDriver& driver, uint64_t blame) {
    const uint64_t base = driver.base(), bytes = driver.bytes();
    const char* advice = "call KeCancelTimer and KeFlushQueuedDpcs in DriverUnload";
    if (const uint64_t timer = ke::find_timer_in(base, bytes)) {
        stop(blame, {TIMER_OR_DPC_INVALID,
                     {0x0, timer, base, base + bytes},
                     "the driver is unloading while a timer in its image runs",
                     advice});
    }
    if (const uint64_t timer = ke::find_timer_of(base, bytes)) {
        Facts& facts = Facts::begin();
        facts.line("the timer: 0x%llx", static_cast<unsigned long long>(timer));
        stop(blame,
             {TIMER_OR_DPC_INVALID,
              {0x2, timer, base, base + bytes},
              "the driver is unloading while a timer runs whose DPC routine is in its image",
              advice},
             &facts);
    }
    if (const uint64_t dpc = ke::find_dpc_in(base, bytes)) {
        stop(blame, {TIMER_OR_DPC_INVALID,
                     {0x1, dpc, base, base + bytes},
                     "the driver is unloading while a DPC in its image is queued",
                     "call KeFlushQueuedDpcs in DriverUnload"});
    }
}

void check_locked_pages(VerifiedDriver& driver, uint64_t blame) {
    Entry locked[1];
    const size_t count = driver.collect(Thing::kLockedMdl, locked, 1);
    if (count == 0) return;
    Facts& facts = Facts::begin();
    facts.line("%u MDLs are still locked; the first: 0x%llx, locked at %s",
               static_cast<unsigned>(count), static_cast<unsigned long long>(locked[0].address),
               place_text(locked[0].caller));
    const uint64_t pages = (locked[0].bytes + 0xFFF) / 0x1000;
    stop(blame,
         {DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS,
          {number_of(&driver), 0, locked[0].address, pages},
          "the driver is unloading without unlocking pages that it locked",
          "each MmProbeAndLockPages is followed by one MmUnlockPages"},
         &facts);
}

void check_things(VerifiedDriver& driver, uint64_t blame) {
    Entry left[1];
    Facts& facts = Facts::begin();
    if (driver.collect(Thing::kLookaside, left, 1) != 0) {
        facts.line("the list: 0x%llx, initialized at %s",
                   static_cast<unsigned long long>(left[0].address), place_text(left[0].caller));
        stop(blame,
             {kViolation,
              {0xCC, left[0].address, driver.base(), driver.bytes()},
              "the driver is unloading without deleting a lookaside list",
              "call ExDeleteNPagedLookasideList or ExDeletePagedLookasideList"},
             &facts);
    }
    if (driver.collect(Thing::kResource, left, 1) != 0) {
        facts.line("the resource: 0x%llx, initialized at %s",
                   static_cast<unsigned long long>(left[0].address), place_text(left[0].caller));
        stop(blame,
             {kViolation,
              {0xD2, left[0].address, driver.base(), driver.bytes()},
              "the driver is unloading without deleting an ERESOURCE",
              "call ExDeleteResourceLite"},
             &facts);
    }
}

void check_pool(VerifiedDriver& driver, uint64_t blame) {
    Leaks leaks(driver);
    constexpr Thing kMemory[] = {Thing::kPool, Thing::kMdl, Thing::kIrp, Thing::kWorkItem};
    for (const Thing thing : kMemory) leaks.add(thing);
    if (leaks.count() == 0) return;
    stop(blame,
         {kViolation,
          {0x62, number_of(driver.narrow_name().data()), 0, leaks.count()},
          "the driver is unloading without freeing its pool allocations",
          "free in DriverUnload (and when DriverEntry fails) what is listed here"},
         leaks.facts());
}

}  // namespace

void check_unloaded(io::Driver& driver, uint64_t blame) {
    VerifiedDriver* verified = driver.verified;
    if (verified == nullptr || driver.module == nullptr) return;
    check_timers(*verified, blame);
    if (verified->has(kDma)) check_adapters(*verified, blame);
    if (verified->has(kMiscellaneous)) check_things(*verified, blame);
    if (verified->has(kPoolTracking)) {
        check_locked_pages(*verified, blame);
        check_pool(*verified, blame);
    }
    locks_freed(Caller{*verified, blame}, verified->base(), verified->bytes());
}

}  // namespace rsl::vf
