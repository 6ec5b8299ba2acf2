// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/etw/providers.hpp"

#include "kernel/etw/event.hpp"
#include "kernel/etw/session.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::etw {
namespace {

constexpr size_t kMaxProviders = 256;
constexpr unsigned kIndexBits = 16;

constinit ke::SpinLock table_lock{ke::LockRank::kIo};
constinit Provider table[kMaxProviders];
constinit uint64_t generation RSL_GUARDED_BY(table_lock) = 0;

void write_state(ke::JsonWriter& out) {
    const SessionCounts counts = session_counts();
    out.begin_object();
    out.field("written", counts.written);
    out.field("truncated", counts.truncated);
    out.field("refused_by_level", counts.refused);
    out.field("pushed_out", ke::events_pushed_out());
    out.key("providers");
    out.begin_array();
    for (const Provider& provider : table) {
        if (provider.handle.load(std::memory_order_acquire) == 0) continue;  // pairs with add_provider()
        char text[kGuidChars];
        out.begin_object();
        out.field("id", guid_text(provider.id, text));
        out.field("name", provider.name_text());
        out.field("driver", source_of(provider.owner));
        out.key("classic");
        out.value_bool(provider.classic);
        out.field("written", provider.written.load(std::memory_order_relaxed));
        out.end_object();
    }
    out.end_array();
    out.end_object();
}

}  // namespace

RSL_INSPECTOR(etw_events, "kernel/etw/events", write_state);

Result<REGHANDLE> add_provider(const GUID& id, const void* owner, bool classic) {
    ke::SpinLockGuard guard{table_lock};
    for (size_t i = 0; i < kMaxProviders; ++i) {
        Provider& provider = table[i];
        if (provider.handle.load(std::memory_order_relaxed) != 0) continue;
        provider.id = id;
        provider.owner = owner;
        provider.classic = classic;
        provider.typed = false;
        provider.name_bytes = 0;
        provider.written.store(0, std::memory_order_relaxed);
        const REGHANDLE handle = ++generation << kIndexBits | i;
        provider.handle.store(handle, std::memory_order_release);  // pairs with find_provider()
        return handle;
    }
    return Status::kInsufficientResources;
}

Provider* find_provider(REGHANDLE handle) {
    Provider& provider = table[(handle & ((1u << kIndexBits) - 1)) % kMaxProviders];
    const bool same = handle != 0 && provider.handle.load(std::memory_order_acquire) == handle;
    return same ? &provider : nullptr;
}

bool remove_provider(REGHANDLE handle) {
    ke::SpinLockGuard guard{table_lock};
    Provider* provider = find_provider(handle);
    if (provider == nullptr) return false;
    provider->handle.store(0, std::memory_order_release);  // pairs with find_provider()
    return true;
}

bool set_traits(Provider& provider, std::span<const std::byte> traits) {
    const std::string_view name = name_in_traits(traits);
    if (name.empty()) return false;
    ke::SpinLockGuard guard{table_lock};
    provider.name_bytes = 0;  // a reader meanwhile sees no name
    const size_t bytes = name.copy(provider.name, Provider::kMaxName);
    provider.name_bytes = static_cast<uint8_t>(bytes);
    provider.typed = true;
    return true;
}

size_t remove_providers_of(uint64_t base, uint64_t bytes) {
    size_t count = 0;
    ke::SpinLockGuard guard{table_lock};
    for (Provider& provider : table) {
        const auto owner = reinterpret_cast<uint64_t>(provider.owner);
        if (provider.handle.load(std::memory_order_relaxed) == 0 || owner - base >= bytes) continue;
        provider.handle.store(0, std::memory_order_release);  // pairs with find_provider()
        ++count;
    }
    return count;
}

}  // namespace rsl::etw
