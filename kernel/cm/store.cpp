// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/cm/store.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/rtl/unicode.hpp"

namespace rsl::cm {
namespace {

constexpr mm::PoolTag kKeyTag = mm::pool_tag("CmKy");
constexpr mm::PoolTag kValueTag = mm::pool_tag("CmVl");
constexpr mm::PoolTag kDataTag = mm::pool_tag("CmDa");

int compare(std::u16string_view a, std::u16string_view b) {
    return rtl::compare(a, b, rtl::CaseRule::kIgnore);
}

}  // namespace

Text::~Text() {
    if (text_ != nullptr) mm::free_tagged(text_, kDataTag);
}
Result<void> Text::assign(std::u16string_view text) {
    char16_t* copy = nullptr;
    if (!text.empty()) {
        copy = static_cast<char16_t*>(mm::allocate(text.size() * sizeof(char16_t), kDataTag));
        if (copy == nullptr) return Status::kInsufficientResources;
        std::memcpy(copy, text.data(), text.size() * sizeof(char16_t));
    }
    if (text_ != nullptr) mm::free_tagged(text_, kDataTag);
    text_ = copy;
    length_ = text.size();
    return {};
}

Value::~Value() {
    if (data_ != nullptr) mm::free_tagged(data_, kDataTag);
}
Result<void> Value::set(uint32_t type, std::span<const std::byte> data) {
    std::byte* copy = nullptr;
    if (!data.empty()) {
        copy = static_cast<std::byte*>(mm::allocate(data.size(), kDataTag));
        if (copy == nullptr) return Status::kInsufficientResources;
        std::memcpy(copy, data.data(), data.size());
    }
    if (data_ != nullptr) mm::free_tagged(data_, kDataTag);
    type_ = type;
    data_ = copy;
    bytes_ = data.size();
    return {};
}

Result<Key*> Key::create_root(std::u16string_view name) {
    mm::UniquePool<Key> key(RSL_TRY(mm::make<Key>(kKeyTag)));
    RSL_TRY(key->name_.assign(name));
    return key.release();
}

Key::~Key() {
    for (Value* value : values_) mm::destroy(value);
    for (Key* key : subkeys_) {  // only a root goes with its subkeys
        key->parent_ = nullptr;
        key->drop_reference();
    }
}
void Key::drop_reference() {
    RSL_CHECK(references_ != 0);
    if (--references_ == 0) mm::destroy(this);
}

void Key::note_change() {
    if (lifetime_ == Lifetime::kVolatile) return;  // and so is all below
    for (const Key* at = this; at != nullptr; at = at->parent_) {
        if (at->hive_ == nullptr) continue;
        ++at->hive_->changes;
        if (at->hive_->changed != nullptr) at->hive_->changed(*at->hive_);
        return;
    }
}

Key::Place Key::place_of(std::u16string_view name) const {
    Key** at = std::lower_bound(subkeys_.begin(), subkeys_.end(), name,
                                [](Key* key, std::u16string_view wanted) {
                                    return compare(key->name(), wanted) < 0;
                                });
    const bool found = at != subkeys_.end() && compare((*at)->name(), name) == 0;
    return {static_cast<size_t>(at - subkeys_.begin()), found};
}

Key* Key::find(std::u16string_view name) const {
    const Place place = place_of(name);
    return place.found ? subkeys_[place.index] : nullptr;
}

Result<Key*> Key::create(std::u16string_view name, std::u16string_view key_class, Lifetime lifetime,
                         int64_t now) {
    if (name.empty() || name.size() > kMaxKeyName) return Status::kInvalidParameter;
    if (lifetime_ == Lifetime::kVolatile && lifetime == Lifetime::kStored)
        return Status(STATUS_CHILD_MUST_BE_VOLATILE);
    const Place place = place_of(name);
    if (place.found) return Status::kObjectNameCollision;
    mm::UniquePool<Key> key(RSL_TRY(mm::make<Key>(kKeyTag)));
    RSL_TRY(key->name_.assign(name));
    RSL_TRY(key->class_.assign(key_class));
    RSL_TRY(subkeys_.insert(place.index, key.get()));
    key->parent_ = this;
    key->lifetime_ = lifetime;
    key->last_write_ = last_write_ = now;
    key->note_change();
    return key.release();
}

Result<void> Key::remove(int64_t now) {
    if (parent_ == nullptr || subkeys_.size() != 0) return Status(STATUS_CANNOT_DELETE);
    parent_->subkeys_.remove(parent_->place_of(name()).index);
    parent_->last_write_ = now;
    note_change();
    parent_ = nullptr;
    deleted_ = true;
    drop_reference();
    return {};
}

Value* Key::find_value(std::u16string_view name) const {
    for (Value* value : values_) {
        if (compare(value->name(), name) == 0) return value;
    }
    return nullptr;
}

Result<void> Key::set_value(std::u16string_view name, uint32_t type, std::span<const std::byte> data,
                            int64_t now) {
    if (name.size() > kMaxValueName || data.size() > kMaxValueBytes) return Status::kInvalidParameter;
    if (Value* value = find_value(name); value != nullptr) {
        RSL_TRY(value->set(type, data));
    } else {
        mm::UniquePool<Value> fresh(RSL_TRY(mm::make<Value>(kValueTag)));
        RSL_TRY(fresh->name_.assign(name));
        RSL_TRY(fresh->set(type, data));
        RSL_TRY(values_.insert(values_.size(), fresh.get()));
        (void)fresh.release();  // the array's now
    }
    last_write_ = now;
    note_change();
    return {};
}

Result<void> Key::remove_value(std::u16string_view name, int64_t now) {
    for (size_t i = 0; i < values_.size(); ++i) {
        if (compare(values_[i]->name(), name) != 0) continue;
        mm::destroy(values_[i]);
        values_.remove(i);
        last_write_ = now;
        note_change();
        return {};
    }
    return Status::kObjectNameNotFound;
}

Key::Longest Key::longest() const {
    Longest longest = {};
    const auto bytes = [](std::u16string_view text) {
        return static_cast<uint32_t>(text.size() * sizeof(char16_t));
    };
    for (Key* key : subkeys_) {
        longest.subkey_name = std::max(longest.subkey_name, bytes(key->name()));
        longest.subkey_class = std::max(longest.subkey_class, bytes(key->key_class()));
    }
    for (Value* value : values_) {
        longest.value_name = std::max(longest.value_name, bytes(value->name()));
        longest.value_data = std::max(longest.value_data, static_cast<uint32_t>(value->data().size()));
    }
    return longest;
}

}  // namespace rsl::cm
