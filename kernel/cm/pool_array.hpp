// SPDX-License-Identifier: GPL-2.0-only
// A growing array of pointers in pool memory, for the registry's keys and values. Borrows what the
// pointers point at.
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/core/result.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::cm {

template <typename T>
class PointerArray {
  public:
    PointerArray() = default;
    PointerArray(const PointerArray&) = delete;
    PointerArray& operator=(const PointerArray&) = delete;
    ~PointerArray() {
        if (items_ != nullptr) mm::free_tagged(items_, kTag);
    }

    size_t size() const { return size_; }
    T* operator[](size_t index) const { return items_[index]; }
    T** begin() const { return items_; }
    T** end() const { return items_ + size_; }

    Result<void> insert(size_t index, T* item) {
        RSL_TRY(reserve(size_ + 1));
        std::copy_backward(items_ + index, items_ + size_, items_ + size_ + 1);
        items_[index] = item;
        ++size_;
        return {};
    }
    void remove(size_t index) {
        std::copy(items_ + index + 1, items_ + size_, items_ + index);
        --size_;
    }

  private:
    static constexpr mm::PoolTag kTag = mm::pool_tag("CmAr");
    Result<void> reserve(size_t count) {
        if (count <= capacity_) return {};
        const size_t capacity = std::max<size_t>(4, capacity_ * 2);
        auto* fresh = static_cast<T**>(mm::allocate(capacity * sizeof(T*), kTag));
        if (fresh == nullptr) return Status::kInsufficientResources;
        std::copy(items_, items_ + size_, fresh);
        if (items_ != nullptr) mm::free_tagged(items_, kTag);
        items_ = fresh;
        capacity_ = capacity;
        return {};
    }

    T** items_ = nullptr;
    size_t size_ = 0;
    size_t capacity_ = 0;
};

}  // namespace rsl::cm
