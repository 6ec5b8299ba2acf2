// SPDX-License-Identifier: GPL-2.0-only
// Ref<T>: owns one reference of an object that counts inside itself.
#pragma once

#include <cstddef>
#include <utility>

namespace rsl {

/// Owns one reference. T has add_reference() and drop_reference(), callable at DISPATCH_LEVEL.
template <typename T>
class Ref {
  public:
    constexpr Ref() = default;
    constexpr Ref(std::nullptr_t) {}
    explicit Ref(T& object) : object_(&object) { object_->add_reference(); }
    Ref(const Ref& other) : object_(other.object_) {
        if (object_) object_->add_reference();
    }
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    template <typename U>
    Ref(Ref<U>&& other) noexcept : object_(other.release()) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() {
        if (object_) object_->drop_reference();
    }

    /// Takes over a reference that somebody else owned until now.
    static Ref adopt(T* object) {
        Ref ref;
        ref.object_ = object;
        return ref;
    }
    /// Gives our reference away; the caller must account for it.
    [[nodiscard]] T* release() { return std::exchange(object_, nullptr); }

    T* get() const { return object_; }
    T* operator->() const { return object_; }
    T& operator*() const { return *object_; }
    explicit operator bool() const { return object_ != nullptr; }
    friend bool operator==(const Ref& a, const Ref& b) { return a.object_ == b.object_; }

  private:
    T* object_ = nullptr;
};

}  // namespace rsl
