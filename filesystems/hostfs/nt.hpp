// SPDX-License-Identifier: GPL-2.0-only
// The kernel as this driver sees it, and memory from its pools.
#pragma once

#include <new>
#include <utility>

#include "abi/functions/ex.h"
#include "abi/functions/fsrtl.h"
#include "abi/functions/hal.h"
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "abi/functions/rtl.h"
#include "abi/functions/rtl_string.h"
#include "abi/nt.h"
#include "base/core/result.hpp"

namespace rsl::hostfs {

inline constexpr ULONG kTag = 0x73664872;  // "rHfs"

/// Bytes of the non-paged pool; freed at the end of the scope.
class Memory {
  public:
    Memory() = default;
    Memory(Memory&& other) noexcept
        : at_(std::exchange(other.at_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Memory& operator=(Memory&& other) noexcept {
        std::swap(at_, other.at_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~Memory() {
        if (at_ != nullptr) ExFreePoolWithTag(at_, kTag);
    }
    static Result<Memory> allocate(size_t bytes) {
        Memory memory;
        memory.at_ = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED, bytes, kTag);
        if (memory.at_ == nullptr) return Status::kInsufficientResources;
        memory.bytes_ = bytes;
        return memory;
    }
    template <typename T>
    T* as() const {
        return static_cast<T*>(at_);
    }
    size_t bytes() const { return bytes_; }
    explicit operator bool() const { return at_ != nullptr; }

  private:
    void* at_ = nullptr;
    size_t bytes_ = 0;
};

template <typename T, typename... Arguments>
Result<T*> make(Arguments&&... arguments) {
    void* memory = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(T), kTag);
    if (memory == nullptr) return Status::kInsufficientResources;
    return ::new (memory) T(std::forward<Arguments>(arguments)...);
}
template <typename T>
void unmake(T* object) {
    if (object == nullptr) return;
    object->~T();
    ExFreePoolWithTag(object, kTag);
}

/// Holds a resource, with normal kernel APCs off as resources ask for.
class Exclusive {
  public:
    explicit Exclusive(ERESOURCE& resource) : resource_(resource) {
        KeEnterCriticalRegion();
        ExAcquireResourceExclusiveLite(&resource_, TRUE);
    }
    ~Exclusive() {
        ExReleaseResourceLite(&resource_);
        KeLeaveCriticalRegion();
    }
    Exclusive(const Exclusive&) = delete;

  private:
    ERESOURCE& resource_;
};

}  // namespace rsl::hostfs
