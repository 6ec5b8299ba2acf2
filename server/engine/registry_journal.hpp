// SPDX-License-Identifier: GPL-2.0-only
// What has changed in keys that a session watches, until the session takes it. A change that a
// later one makes void is dropped, so a driver that writes one value a thousand times leaves one
// entry. No locks: the owner's.
#pragma once

#include <string_view>

#include "protocol/message/registry.hpp"

namespace rsl::server {

class RegistryJournal {
  public:
    static constexpr uint32_t kMostEntries = 4096;
    struct Memory {
        void* (*allocate)(size_t bytes);
        void (*free)(void* memory);
    };
    explicit RegistryJournal(Memory memory) : memory_(memory) {}
    RegistryJournal(const RegistryJournal&) = delete;
    RegistryJournal& operator=(const RegistryJournal&) = delete;
    ~RegistryJournal();

    /// Counts as lost what finds no room, or whose names are longer than the protocol's bounds.
    void add(uint32_t watch, protocol::RegistryChange change, std::u16string_view key,
             std::u16string_view name);
    bool empty() const { return head_ == nullptr; }
    /// Moves as many entries as fit to `out`, oldest first.
    struct Taken {
        uint64_t bytes;
        uint64_t lost;  // since the last time
    };
    Taken take(std::span<std::byte> out);
    /// Drops what a key's number stands for.
    void forget(uint32_t watch);

  private:
    struct Entry {
        protocol::RegistryRecord record;
        Entry* next;
        char16_t* text() { return reinterpret_cast<char16_t*>(this + 1); }
        std::u16string_view key() { return {text(), record.key_bytes / sizeof(char16_t)}; }
        std::u16string_view name() {
            return {text() + record.key_bytes / sizeof(char16_t),
                    record.name_bytes / sizeof(char16_t)};
        }
    };
    template <typename Matches>
    void drop(Matches matches);
    void drop_void(uint32_t watch, protocol::RegistryChange change, std::u16string_view key,
                   std::u16string_view name);

    Memory memory_;
    Entry* head_ = nullptr;
    Entry* tail_ = nullptr;
    uint32_t count_ = 0;
    uint64_t lost_ = 0;
};

}  // namespace rsl::server
