// SPDX-License-Identifier: GPL-2.0-only
#include "server/engine/registry_journal.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace rsl::server {

using protocol::RegistryChange;

namespace {

char16_t folded(char16_t c) { return c >= u'A' && c <= u'Z' ? static_cast<char16_t>(c + 32) : c; }

/// Registry names are equal without regard to case. Names that only this comparison holds for
/// different cost an entry more, and nothing else.
bool same(std::u16string_view a, std::u16string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(),
                      [](char16_t x, char16_t y) { return folded(x) == folded(y); });
}

bool is_at_or_below(std::u16string_view key, std::u16string_view top) {
    if (key.size() < top.size() || !same(key.substr(0, top.size()), top)) return false;
    return top.empty() || key.size() == top.size() || key[top.size()] == u'\\';
}

bool is_of_value(RegistryChange change) {
    return change == RegistryChange::kValueSet || change == RegistryChange::kValueDeleted;
}

}  // namespace

RegistryJournal::~RegistryJournal() {
    drop([](Entry&) { return true; });
}

template <typename Matches>
void RegistryJournal::drop(Matches matches) {
    tail_ = nullptr;
    for (Entry** link = &head_; *link != nullptr;) {
        Entry* entry = *link;
        if (matches(*entry)) {
            *link = entry->next;
            memory_.free(entry);
            --count_;
        } else {
            tail_ = entry;
            link = &entry->next;
        }
    }
}

void RegistryJournal::drop_void(uint32_t watch, RegistryChange change, std::u16string_view key,
                                std::u16string_view name) {
    if (change == RegistryChange::kKeyMade) return;
    drop([&](Entry& old) {
        if (old.record.watch != watch) return false;
        if (change == RegistryChange::kKeyDeleted) return is_at_or_below(old.key(), key);
        return is_of_value(old.record.change) && same(old.key(), key) && same(old.name(), name);
    });
}

void RegistryJournal::add(uint32_t watch, RegistryChange change, std::u16string_view key,
                          std::u16string_view name) {
    drop_void(watch, change, key, name);
    const size_t key_bytes = key.size() * sizeof(char16_t),
                 name_bytes = name.size() * sizeof(char16_t);
    const bool fits = key_bytes <= protocol::kMaxKeyBytes &&
                      name_bytes <= protocol::kMaxValueNameBytes && count_ < kMostEntries;
    void* memory = fits ? memory_.allocate(sizeof(Entry) + key_bytes + name_bytes) : nullptr;
    if (memory == nullptr) {
        ++lost_;
        return;
    }
    auto* entry = ::new (memory) Entry{.record = {.watch = watch,
                                                  .change = change,
                                                  .key_bytes = static_cast<uint32_t>(key_bytes),
                                                  .name_bytes = static_cast<uint32_t>(name_bytes)},
                                       .next = nullptr};
    std::copy(key.begin(), key.end(), entry->text());
    std::copy(name.begin(), name.end(), entry->text() + key.size());
    (tail_ != nullptr ? tail_->next : head_) = entry;
    tail_ = entry;
    ++count_;
}

RegistryJournal::Taken RegistryJournal::take(std::span<std::byte> out) {
    uint64_t used = 0;
    while (head_ != nullptr) {
        Entry* entry = head_;
        const uint64_t total = entry->record.total_bytes(),
                       text = uint64_t{entry->record.key_bytes} + entry->record.name_bytes;
        if (total > out.size() - used) break;
        std::byte* at = out.data() + used;
        std::memset(at, 0, total);
        std::memcpy(at, &entry->record, sizeof(entry->record));
        if (text != 0) std::memcpy(at + sizeof(entry->record), entry->text(), text);
        used += total;
        head_ = entry->next;
        if (head_ == nullptr) tail_ = nullptr;
        memory_.free(entry);
        --count_;
    }
    return {used, std::exchange(lost_, 0)};
}

void RegistryJournal::forget(uint32_t watch) {
    drop([&](Entry& entry) { return entry.record.watch == watch; });
}

}  // namespace rsl::server
