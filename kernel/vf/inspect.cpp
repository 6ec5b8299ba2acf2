// SPDX-License-Identifier: GPL-2.0-only
// `rsl inspect kernel/verifier`.
#include "kernel/ke/inspect.hpp"

#include "kernel/vf/deadlock.hpp"
#include "kernel/vf/pageable.hpp"
#include "kernel/vf/special_pool.hpp"

namespace rsl::vf {
namespace {

struct FlagName {
    Flag flag;
    std::string_view name;
};
constexpr FlagName kFlagNames[] = {
    {kSpecialPool, "special-pool"},
    {kForceIrql, "irql"},
    {kLowResources, "low-resources"},
    {kPoolTracking, "pool-tracking"},
    {kIoChecks, "io"},
    {kDeadlock, "deadlock"},
    {kDma, "dma"},
    {kSecurity, "security"},
    {kMiscellaneous, "misc"},
};

uint64_t read(const std::atomic<uint64_t>& counter) {
    return counter.load(std::memory_order_relaxed);
}

void write_driver(ke::JsonWriter& out, VerifiedDriver& driver) {
    const Options options = driver.options();
    out.begin_object();
    out.field("service", driver.narrow_name());
    out.key("flags");
    out.value_hex(options.flags);
    out.key("options");
    out.begin_array();
    for (const FlagName& known : kFlagNames) {
        if (options.has(known.flag)) out.value(known.name);
    }
    out.end_array();
    if (options.has(kLowResources)) {
        out.field("seed", uint64_t{options.seed});
        out.field("rate", uint64_t{options.rate});
    }
    const Counters& counters = driver.counters;
    out.field("irql_raises", read(counters.irql_raises));
    out.field("spin_lock_acquires", read(counters.spin_lock_acquires));
    out.field("trims", read(counters.trims));
    out.field("locks_taken", read(counters.locks_taken));
    out.field("pool_allocations", read(counters.allocations));
    out.field("pool_allocations_special", read(counters.allocations_special));
    out.field("allocations_failed", read(counters.allocations_failed));
    out.field("pool_blocks_alive", uint64_t{driver.collect(Thing::kPool, nullptr, 0)});
    out.field("mdls_alive", uint64_t{driver.collect(Thing::kMdl, nullptr, 0)});
    out.field("irps_alive", uint64_t{driver.collect(Thing::kIrp, nullptr, 0)});
    out.field("irps_dispatched", read(counters.irps_dispatched));
    out.field("irps_forwarded", read(counters.irps_forwarded));
    out.field("irps_completed", read(counters.irps_completed));
    out.end_object();
}

void write_verifier(ke::JsonWriter& out) {
    out.begin_object();
    out.key("drivers");
    out.begin_array();
    VerifiedDriver::each([&](VerifiedDriver& driver) { write_driver(out, driver); });
    out.end_array();
    const SpecialUsage special = special_usage();
    out.key("special_pool");
    out.begin_object();
    out.field("pages", uint64_t{special.slots});
    out.field("in_use", uint64_t{special.live});
    out.field("served", special.served);
    out.field("refused", special.refused);
    out.end_object();
    const PageableUsage pageable = pageable_usage();
    out.key("pageable_pages");
    out.begin_object();
    out.field("watched", pageable.pages);
    out.field("resident", pageable.resident);
    out.field("locked", pageable.locked);
    out.end_object();
    const LockUsage locks = lock_usage();
    out.key("lock_graph");
    out.begin_object();
    out.field("locks", uint64_t{locks.locks});
    out.field("arrows", uint64_t{locks.arrows});
    out.end_object();
    out.end_object();
}

RSL_INSPECTOR(verifier, "kernel/verifier", write_verifier);

}  // namespace
}  // namespace rsl::vf
