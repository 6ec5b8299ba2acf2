// SPDX-License-Identifier: GPL-2.0-only
// Who has registered with EtwRegister. Handles carry a generation, so that one from before an
// EtwUnregister is refused; looking one up takes no lock and works at any IRQL.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "abi/types/etw.h"
#include "base/core/result.hpp"

namespace rsl::etw {

struct Provider {
    static constexpr size_t kMaxName = 64;
    std::atomic<REGHANDLE> handle = 0;  // 0: free. Set last, and read first: what follows is then in place
    GUID id = {};
    const void* owner = nullptr;        // code that registered it
    bool classic = false;               // WPP: never enabled by a callback
    bool typed = false;                 // its data descriptors have types
    uint8_t name_bytes = 0;
    char name[kMaxName] = {};
    std::atomic<uint64_t> written = 0;  // statistics

    std::string_view name_text() const { return {name, name_bytes}; }
};

/// kInsufficientResources when the table is full. PASSIVE_LEVEL.
Result<REGHANDLE> add_provider(const GUID& id, const void* owner, bool classic);
/// False for a handle that is none.
bool remove_provider(REGHANDLE handle);
/// nullptr for a handle that is none. The provider stays as long as its owner does not unregister it.
Provider* find_provider(REGHANDLE handle);
/// Takes the traits of a provider: its name. False when they are malformed.
bool set_traits(Provider& provider, std::span<const std::byte> traits);
/// Removes what code at an address range has registered; returns how many there were.
size_t remove_providers_of(uint64_t base, uint64_t bytes);

}  // namespace rsl::etw
