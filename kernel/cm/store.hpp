// SPDX-License-Identifier: GPL-2.0-only
// The registry as a tree of keys and values in memory. No locks, no handles, no paths: registry.hpp
// has those. Hive files are read into this tree and written from it (hive/); hives.hpp says when.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/core/result.hpp"
#include "kernel/cm/pool_array.hpp"

namespace rsl::cm {

inline constexpr size_t kMaxKeyName = 255;
inline constexpr size_t kMaxValueName = 16383;
inline constexpr size_t kMaxValueBytes = 16 * 1024 * 1024;
inline constexpr size_t kMaxDepth = 512;

/// UTF-16 text that is owned.
class Text {
  public:
    Text() = default;
    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;
    ~Text();
    Result<void> assign(std::u16string_view text);
    std::u16string_view view() const { return {text_, length_}; }

  private:
    char16_t* text_ = nullptr;
    size_t length_ = 0;
};

/// One value of a key.
class Value {
  public:
    Value() = default;
    Value(const Value&) = delete;
    Value& operator=(const Value&) = delete;
    ~Value();
    std::u16string_view name() const { return name_.view(); }
    uint32_t type() const { return type_; }
    std::span<const std::byte> data() const { return {data_, bytes_}; }

  private:
    friend class Key;
    Result<void> set(uint32_t type, std::span<const std::byte> data);
    Text name_;
    uint32_t type_ = 0;
    std::byte* data_ = nullptr;
    size_t bytes_ = 0;
};

enum class Lifetime : uint8_t { kStored, kVolatile };

/// At the root of what a hive file keeps: counts the changes below it.
struct HiveMark {
    uint64_t changes = 0;
    void (*changed)(HiveMark& mark) = nullptr;  // called with each
};

/// One key. Counted: the tree holds one reference, every open handle's object another.
class Key {
  public:
    /// A root, with one reference.
    static Result<Key*> create_root(std::u16string_view name);
    void add_reference() { ++references_; }
    void drop_reference();

    std::u16string_view name() const { return name_.view(); }
    std::u16string_view key_class() const { return class_.view(); }
    Key* parent() const { return parent_; }
    bool is_deleted() const { return deleted_; }
    bool is_link() const { return link_; }
    Lifetime lifetime() const { return lifetime_; }
    int64_t last_write() const { return last_write_; }
    void touch(int64_t now) { last_write_ = now; }
    HiveMark* hive() const { return hive_; }
    void set_hive(HiveMark* hive) { hive_ = hive; }
    /// Tells the hive that this key is kept in, if any. Changes made through this class do by themselves.
    void note_change();
    void make_link() { link_ = true; }

    // Subkeys, in the order of their upcased names.
    size_t subkey_count() const { return subkeys_.size(); }
    Key* subkey(size_t index) const { return index < subkeys_.size() ? subkeys_[index] : nullptr; }
    Key* find(std::u16string_view name) const;
    /// A new subkey; the tree owns it. kObjectNameCollision, kInvalidParameter (the name),
    /// STATUS_CHILD_MUST_BE_VOLATILE, kInsufficientResources.
    Result<Key*> create(std::u16string_view name, std::u16string_view key_class, Lifetime lifetime,
                        int64_t now);
    /// Takes a key without subkeys out of the tree. STATUS_CANNOT_DELETE.
    Result<void> remove(int64_t now);

    // Values, in the order of their making.
    size_t value_count() const { return values_.size(); }
    Value* value(size_t index) const { return index < values_.size() ? values_[index] : nullptr; }
    Value* find_value(std::u16string_view name) const;
    Result<void> set_value(std::u16string_view name, uint32_t type, std::span<const std::byte> data,
                           int64_t now);
    Result<void> remove_value(std::u16string_view name, int64_t now);

    /// The longest of what enumerations return, in bytes.
    struct Longest {
        uint32_t subkey_name, subkey_class, value_name, value_data;
    };
    Longest longest() const;

  private:
    Key() = default;
    ~Key();
    template <typename T, typename... Arguments>
    friend Result<T*> mm::make(mm::PoolTag tag, Arguments&&... arguments);
    template <typename T>
    friend void mm::destroy(T* object);

    struct Place {
        size_t index;
        bool found;
    };
    Place place_of(std::u16string_view name) const;

    Text name_, class_;
    Key* parent_ = nullptr;
    uint32_t references_ = 1;
    Lifetime lifetime_ = Lifetime::kStored;
    bool link_ = false;
    bool deleted_ = false;
    int64_t last_write_ = 0;
    HiveMark* hive_ = nullptr;
    PointerArray<Key> subkeys_;
    PointerArray<Value> values_;
};

}  // namespace rsl::cm
