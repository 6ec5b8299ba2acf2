// SPDX-License-Identifier: GPL-2.0-only
// From keys to the bytes of a hive file, as a whole: a new file for each writing, which replaces the old one
// when it is complete. Volatile keys stay out. Pure.
#pragma once

#include <span>
#include <string_view>

#include "base/core/result.hpp"
#include "kernel/cm/store.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::cm::hive {

/// Bytes that grow.
class Image {
  public:
    Image() = default;
    Image(Image&& other) noexcept : at_(std::exchange(other.at_, nullptr)), bytes_(other.bytes_), room_(other.room_) {}
    Image& operator=(Image&&) = delete;
    ~Image() {
        if (at_ != nullptr) mm::free(at_);
    }
    std::span<std::byte> bytes() const { return {at_, bytes_}; }
    /// Adds zeroed bytes at the end.
    Result<void> grow(uint32_t more);
    template <typename T>
    void put(uint64_t offset, const T& value) {
        put_bytes(offset, &value, sizeof(T));
    }
    void put_bytes(uint64_t offset, const void* from, size_t count);

  private:
    std::byte* at_ = nullptr;
    uint32_t bytes_ = 0, room_ = 0;
};

struct Facts {
    std::u16string_view file_name;  // kept in the base block, for people
    uint32_t sequence = 1;
    int64_t now = 0;
};
Result<Image> write(const Key& root, const Facts& facts);

}  // namespace rsl::cm::hive
