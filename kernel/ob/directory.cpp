// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/directory.hpp"

#include <algorithm>
#include <cstring>

#include "kernel/ob/types.hpp"

namespace rsl::ob {

constinit ke::SpinLock namespace_lock{ke::LockRank::kObject};
constinit PathCache path_cache;

constinit ObjectType Directory::kType{
    .name = u"Directory",
    .pool_tag = mm::pool_tag("ObDi"),
    .mapping = {STANDARD_RIGHTS_READ | DIRECTORY_QUERY | DIRECTORY_TRAVERSE,
                STANDARD_RIGHTS_WRITE | DIRECTORY_CREATE_OBJECT | DIRECTORY_CREATE_SUBDIRECTORY,
                STANDARD_RIGHTS_EXECUTE | DIRECTORY_QUERY | DIRECTORY_TRAVERSE,
                DIRECTORY_ALL_ACCESS},
    .valid_access = DIRECTORY_ALL_ACCESS,
    .destroy = &destroy_object<Directory>,
};

namespace {

constexpr mm::PoolTag kNameTag = mm::pool_tag("ObNm");
constinit Directory* the_root = nullptr;

NameEntry* allocate_entry(std::u16string_view name, uint32_t hash) {
    void* memory = mm::allocate(sizeof(NameEntry) + name.size() * sizeof(char16_t), kNameTag);
    if (memory == nullptr) return nullptr;
    auto* entry =
        ::new (memory) NameEntry{.hash = hash, .length = static_cast<uint32_t>(name.size())};
    std::memcpy(static_cast<void*>(entry + 1), name.data(), name.size() * sizeof(char16_t));
    return entry;
}

}  // namespace

Directory& root_directory() { return *the_root; }
void set_root_directory(Directory& root) { the_root = &root; }

void* Directory::find(std::u16string_view name) {
    const uint32_t hash = hash_name(name);
    ke::InterruptLockGuard guard{namespace_lock};
    NameEntry* entry = table_.find(name, hash);
    if (entry == nullptr) return nullptr;
    void* body = body_of(*entry->object);
    reference(body);
    return body;
}

Result<void*> Directory::find_or_add(std::u16string_view name, void* body) {
    const uint32_t hash = hash_name(name);
    NameEntry* fresh = allocate_entry(name, hash);
    if (fresh == nullptr) return Status::kInsufficientResources;
    ObjectHeader& header = header_of(body);
    void* found = body;
    bool named_before = false;
    {
        ke::InterruptLockGuard guard{namespace_lock};
        if (NameEntry* entry = table_.find(name, hash); entry != nullptr) {
            found = body_of(*entry->object);
            reference(found);
        } else if (header.name != nullptr) {
            named_before = true;
        } else {
            fresh->object = &header;
            fresh->directory = this;
            reference(body);
            add_reference();
            header.name = fresh;
            table_.add(*fresh);
            path_cache.names_changed();
            return body;
        }
    }
    mm::free_tagged(fresh, kNameTag);
    if (named_before) return Status::kObjectNameCollision;
    return found;
}

Directory::Child Directory::child(uint32_t n, std::span<char16_t> name) {
    ke::InterruptLockGuard guard{namespace_lock};
    NameEntry* entry = table_.at(n);
    if (entry == nullptr) return {nullptr, 0};
    const auto text = entry->text();
    std::copy_n(text.begin(), std::min(text.size(), name.size()), name.begin());
    void* body = body_of(*entry->object);
    reference(body);
    return {body, text.size()};
}

uint32_t Directory::count() {
    ke::InterruptLockGuard guard{namespace_lock};
    return table_.count();
}

void remove_name(void* body) {
    ObjectHeader& header = header_of(body);
    NameEntry* entry = nullptr;
    {
        ke::InterruptLockGuard guard{namespace_lock};
        entry = header.name;
        if (entry == nullptr) return;
        entry->directory->table_.remove(*entry);
        header.name = nullptr;
        path_cache.names_changed();
    }
    // The entry's references go only now: destroying takes locks of its own.
    dereference(entry->directory);
    dereference(body);
    mm::free_tagged(entry, kNameTag);
}

}  // namespace rsl::ob
