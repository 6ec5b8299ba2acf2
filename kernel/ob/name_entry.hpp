// SPDX-License-Identifier: GPL-2.0-only
// A name in a directory, and the hash table of them. No locks: the namespace lock is the caller's.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernel/rtl/unicode.hpp"

namespace rsl::ob {

struct ObjectHeader;
class Directory;

/// One name. Holds a reference on its object and one on its directory.
struct NameEntry {
    ObjectHeader* object;
    Directory* directory;  // nullptr: the root
    NameEntry* next;       // in its bucket
    uint32_t hash;
    uint32_t length;  // characters, right behind this structure

    std::u16string_view text() const {
        return {reinterpret_cast<const char16_t*>(this + 1), length};
    }
};

/// Names compare without case (docs/nt/objects.md says why for all of them).
inline uint32_t hash_name(std::u16string_view name) {
    uint32_t hash = 2166136261u;  // FNV-1a
    for (const char16_t unit : name) hash = (hash ^ rtl::upcase(unit)) * 16777619u;
    return hash;
}

class NameTable {
  public:
    NameEntry* find(std::u16string_view name, uint32_t hash) const {
        for (NameEntry* entry = buckets_[hash % kBuckets]; entry != nullptr; entry = entry->next) {
            if (entry->hash == hash &&
                rtl::compare(entry->text(), name, rtl::CaseRule::kIgnore) == 0)
                return entry;
        }
        return nullptr;
    }
    void add(NameEntry& entry) {
        NameEntry*& bucket = buckets_[entry.hash % kBuckets];
        entry.next = bucket;
        bucket = &entry;
        ++count_;
    }
    void remove(NameEntry& entry) {
        NameEntry** link = &buckets_[entry.hash % kBuckets];
        while (*link != &entry) link = &(*link)->next;
        *link = entry.next;
        --count_;
    }
    /// The n-th entry in the table's own order, or nullptr.
    NameEntry* at(uint32_t n) const {
        for (NameEntry* entry : buckets_) {
            for (; entry != nullptr; entry = entry->next) {
                if (n-- == 0) return entry;
            }
        }
        return nullptr;
    }
    uint32_t count() const { return count_; }

  private:
    static constexpr uint32_t kBuckets = 64;
    NameEntry* buckets_[kBuckets] = {};
    uint32_t count_ = 0;
};

}  // namespace rsl::ob
