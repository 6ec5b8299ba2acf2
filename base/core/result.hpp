// SPDX-License-Identifier: GPL-2.0-only
// Result<T>: a value or a failed Status, for freestanding code (kernel, protocol, rings). The host
// side uses HostResult (base/posix/error.hpp), whose errors are sentences.
#pragma once

#include <new>
#include <type_traits>
#include <utility>

#include "base/core/check.hpp"
#include "base/core/status.hpp"

namespace rsl {

/// A value or a failed Status. Dropping one is a warning; say why with ignore().
template <typename T>
class [[nodiscard]] Result {
  public:
    using Value = T;

    Result(Status failure) : failure_(failure), has_value_(false) { RSL_CHECK(failure.failed()); }
    template <typename U = T>
        requires std::is_constructible_v<T, U&&> &&
                 (!std::is_same_v<std::remove_cvref_t<U>, Status>) &&
                 (!std::is_same_v<std::remove_cvref_t<U>, Result>)
    Result(U&& value) : has_value_(true) {
        ::new (static_cast<void*>(&value_)) T(std::forward<U>(value));
    }
    Result(Result&& other) : has_value_(other.has_value_) {
        if (has_value_) {
            ::new (static_cast<void*>(&value_)) T(std::move(other.value_));
        } else {
            failure_ = other.failure_;
        }
    }
    Result& operator=(Result&& other) {
        if (this != &other) {
            this->~Result();
            ::new (static_cast<void*>(this)) Result(std::move(other));
        }
        return *this;
    }
    Result(const Result&) = delete;
    Result& operator=(const Result&) = delete;
    ~Result() {
        if (has_value_) value_.~T();
    }

    explicit operator bool() const { return has_value_; }
    bool ok() const { return has_value_; }
    Status failure() const {
        RSL_CHECK(!has_value_);
        return failure_;
    }
    /// The outcome as a Status: kSuccess when there is a value.
    Status status() const { return has_value_ ? Status::kSuccess : failure_; }
    T& value() & {
        RSL_CHECK(has_value_);
        return value_;
    }
    const T& value() const& {
        RSL_CHECK(has_value_);
        return value_;
    }
    T&& value() && {
        RSL_CHECK(has_value_);
        return std::move(value_);
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    void ignore(const char* /*why*/) const {}

  private:
    union {
        T value_;
        Status failure_;
    };
    bool has_value_;
};

/// Success or a failed Status.
template <>
class [[nodiscard]] Result<void> {
  public:
    using Value = void;
    constexpr Result() : status_(Status::kSuccess) {}
    constexpr Result(Status failure) : status_(failure) {}
    explicit operator bool() const { return !status_.failed(); }
    bool ok() const { return !status_.failed(); }
    Status failure() const {
        RSL_CHECK(status_.failed());
        return status_;
    }
    Status status() const { return status_; }
    void value() const { RSL_CHECK(!status_.failed()); }
    void ignore(const char* /*why*/) const {}

  private:
    Status status_;
};

}  // namespace rsl

/// Yields the value of a Result (or HostResult), or returns its failure from the function around.
#define RSL_TRY(...)                                                          \
    ({                                                                        \
        auto rsl_try_result = (__VA_ARGS__);                                  \
        if (!rsl_try_result) [[unlikely]]                                     \
            return rsl_try_result.failure();                                  \
        std::move(rsl_try_result).value();                                    \
    })
