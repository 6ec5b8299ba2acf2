// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/security_cache.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "base/containers/intrusive_list.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/se/descriptor.hpp"

namespace rsl::ob {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("ObSc");

/// In front of each shared descriptor.
struct alignas(16) Shared {
    ListHook hook;
    uint32_t references;  // guarded by cache_lock
    uint32_t bytes;
    void* descriptor() { return this + 1; }
};
constinit ke::SpinLock cache_lock{ke::LockRank::kObject};
constinit IntrusiveList<Shared, &Shared::hook> cache RSL_GUARDED_BY(cache_lock);

Shared& shared_of(void* descriptor) { return *(static_cast<Shared*>(descriptor) - 1); }

}  // namespace

Result<void*> share_descriptor(const void* descriptor, uint32_t references) {
    if (!se::is_relative(descriptor) || !se::is_valid_descriptor(descriptor))
        return Status(STATUS_INVALID_SECURITY_DESCR);
    uint32_t bytes = se::descriptor_length(descriptor);
    auto* fresh = static_cast<Shared*>(mm::allocate(sizeof(Shared) + bytes, kTag));
    if (fresh == nullptr) return Status::kInsufficientResources;
    ::new (fresh) Shared{.hook = {}, .references = references, .bytes = bytes};
    if (auto made = se::make_relative(descriptor, fresh->descriptor(), bytes);
        !made) {  // in our order of parts
        mm::free_tagged(fresh, kTag);
        return made.failure();
    }
    Shared* known = nullptr;
    {
        ke::InterruptLockGuard guard{cache_lock};
        for (Shared& one : cache) {
            if (one.bytes != bytes ||
                std::memcmp(one.descriptor(), fresh->descriptor(), bytes) != 0)
                continue;
            known = &one;
            one.references += references;
            break;
        }
        if (known == nullptr) cache.push_back(*fresh);
    }
    if (known == nullptr) return fresh->descriptor();
    mm::free_tagged(fresh, kTag);
    return known->descriptor();
}

void reference_descriptor(void* shared, uint32_t count) {
    ke::InterruptLockGuard guard{cache_lock};
    shared_of(shared).references += count;
}

void dereference_descriptor(void* shared, uint32_t count) {
    Shared& one = shared_of(shared);
    {
        ke::InterruptLockGuard guard{cache_lock};
        RSL_CHECK(one.references >= count);
        one.references -= count;
        if (one.references != 0) return;
        cache.remove(one);
    }
    mm::free_tagged(&one, kTag);
}

}  // namespace rsl::ob
