// SPDX-License-Identifier: GPL-2.0-only
// Tagged kernel memory for the kernel's own objects. NT's ExAllocatePool* are in exports/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "base/core/result.hpp"

namespace rsl::mm {

using PoolTag = uint32_t;
/// pool_tag("RsIo"): four characters, first one lowest, as tools print them.
constexpr PoolTag pool_tag(const char (&text)[5]) {
    return static_cast<uint32_t>(static_cast<unsigned char>(text[0])) |
           static_cast<uint32_t>(static_cast<unsigned char>(text[1])) << 8 |
           static_cast<uint32_t>(static_cast<unsigned char>(text[2])) << 16 |
           static_cast<uint32_t>(static_cast<unsigned char>(text[3])) << 24;
}

/// Non-paged, no-execute memory, 16-byte aligned (page aligned from one page on). nullptr when there
/// is none. IRQL <= DISPATCH_LEVEL.
void* allocate(size_t bytes, PoolTag tag);
/// Executable memory, for old drivers that ask for NonPagedPool(Execute). Writable too: the one
/// exception from W^X, because NT promises it.
void* allocate_executable(size_t bytes, PoolTag tag);
/// Frees what allocate*() gave, or nothing for nullptr. A bad pointer is bug check BAD_POOL_CALLER.
void free(void* memory);
/// Frees and checks the tag: a mismatch is bug check BAD_POOL_CALLER.
void free_tagged(void* memory, PoolTag tag);

/// Makes a T in tagged memory.
template <typename T, typename... Arguments>
Result<T*> make(PoolTag tag, Arguments&&... arguments) {
    void* memory = allocate(sizeof(T), tag);
    if (memory == nullptr) return Status::kInsufficientResources;
    return ::new (memory) T(std::forward<Arguments>(arguments)...);
}
template <typename T>
void destroy(T* object) {
    if (object == nullptr) return;
    object->~T();
    free(object);
}

/// Owns an object made by make().
template <typename T>
class UniquePool {
  public:
    explicit UniquePool(T* object = nullptr) : object_(object) {}
    UniquePool(UniquePool&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    UniquePool& operator=(UniquePool other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~UniquePool() { destroy(object_); }
    T* get() const { return object_; }
    T* operator->() const { return object_; }
    T& operator*() const { return *object_; }
    explicit operator bool() const { return object_ != nullptr; }
    [[nodiscard]] T* release() { return std::exchange(object_, nullptr); }

  private:
    T* object_;
};

/// Owns plain memory. Empty when there was none.
class UniqueBytes {
  public:
    UniqueBytes(size_t bytes, PoolTag tag) : memory_(allocate(bytes, tag)) {}
    UniqueBytes(UniqueBytes&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)) {}
    UniqueBytes& operator=(UniqueBytes&&) = delete;
    ~UniqueBytes() {
        if (memory_ != nullptr) free(memory_);
    }
    void* get() const { return memory_; }
    explicit operator bool() const { return memory_ != nullptr; }
    [[nodiscard]] void* release() { return std::exchange(memory_, nullptr); }

  private:
    void* memory_;
};

/// What one tag holds. For leak checks and `rsl inspect kernel/mm/pool`.
struct TagUsage {
    PoolTag tag;
    uint64_t allocations;  // alive
    uint64_t bytes;        // alive, as requested
};
/// Copies at most `count` tags in use; returns how many there are.
size_t pool_usage(TagUsage* out, size_t count);
/// The same for what code in [image, image + bytes) allocated through NT's exports and has not freed:
/// what a driver left behind. Looks at every pool page.
size_t pool_owned_by(uint64_t image, uint64_t bytes, TagUsage* out, size_t count);

}  // namespace rsl::mm
