// SPDX-License-Identifier: GPL-2.0-only
// All that lies below a registry key: visited, or deleted. Links are seen as keys, and not
// followed.
#pragma once

#include <string_view>

#include "abi/functions/cm.h"
#include "protocol/message/registry.hpp"
#include "server/driver/nt.hpp"

namespace rsl::server {

/// Opens a key below an open one, a link as itself.
NTSTATUS open_registry_child(HANDLE parent, std::u16string_view name, HANDLE& child);
/// Deletes a key and all below it; the handle stays, of a key that is gone.
NTSTATUS delete_registry_tree(HANDLE key);

/// The way down: one path and one buffer for the whole walk.
class RegistryWalk {
  public:
    RegistryWalk();
    RegistryWalk(const RegistryWalk&) = delete;
    RegistryWalk& operator=(const RegistryWalk&) = delete;
    ~RegistryWalk();
    explicit operator bool() const { return memory_ != nullptr; }
    std::u16string_view path() const { return {memory_, length_}; }
    /// The index-th subkey's, or value's, name, until the next call. Empty and false behind the
    /// last.
    bool subkey(HANDLE key, ULONG index, std::u16string_view& name);
    bool value(HANDLE key, ULONG index, UNICODE_STRING& name);
    /// Adds a component; false when the path gets too long.
    bool enter(std::u16string_view name);
    void leave(size_t length) { length_ = length; }

  private:
    static constexpr size_t kPathUnits = protocol::kMaxKeyBytes / sizeof(char16_t);
    static constexpr ULONG kBufferBytes = 36 * 1024;  // the longest name, and what stands before it
    PVOID buffer() const { return memory_ + kPathUnits; }
    char16_t* memory_;
    size_t length_ = 0;
};

template <typename Visit>
NTSTATUS walk_registry_below(RegistryWalk& walk, HANDLE key, int depth, Visit& visit) {
    constexpr int kDeepest = 16;
    UNICODE_STRING value;
    for (ULONG i = 0; walk.value(key, i, value); ++i) visit(walk.path(), &value);
    std::u16string_view name;
    for (ULONG i = 0; depth < kDeepest && walk.subkey(key, i, name); ++i) {
        const size_t before = walk.path().size();
        if (!walk.enter(name)) continue;
        HANDLE child;
        if (open_registry_child(key, name, child) >= 0) {
            visit(walk.path(), nullptr);
            (void)walk_registry_below(walk, child, depth + 1, visit);
            ZwClose(child);
        }
        walk.leave(before);
    }
    return STATUS_SUCCESS;
}

/// visit(path below the key, value's name or nullptr for a key): keys before what they hold.
template <typename Visit>
NTSTATUS walk_registry(HANDLE key, Visit visit) {
    RegistryWalk walk;
    return walk ? walk_registry_below(walk, key, 0, visit) : STATUS_INSUFFICIENT_RESOURCES;
}

}  // namespace rsl::server
