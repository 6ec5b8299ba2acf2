// SPDX-License-Identifier: GPL-2.0-only
// Error and HostResult<T>: how the host side reports failure. An Error is sentences from cause to
// command; main prints it whole. We never throw.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace rsl {

/// Exit codes of every command (docs/architecture/cli.md).
enum class ExitCode : int {
    kDone = 0,
    kWrongUse = 1,
    kRefused = 2,        // the driver or device refused; the NTSTATUS is printed
    kDriverCrashed = 3,  // a report is printed
    kVmFailed = 4,       // the VM or the host failed
};

/// What went wrong, innermost cause first.
class [[nodiscard]] Error {
  public:
    explicit Error(std::string sentence, ExitCode exit_code = ExitCode::kVmFailed)
        : text_(std::move(sentence)), exit_code_(exit_code) {}
    /// "<what>: <strerror(errno)>".
    static Error from_errno(std::string what);
    static Error wrong_use(std::string sentence) {
        return Error(std::move(sentence), ExitCode::kWrongUse);
    }
    /// A refusal that carries the NTSTATUS the guest answered.
    static Error refused(std::string sentence, int32_t nt_status) {
        Error error(std::move(sentence), ExitCode::kRefused);
        error.nt_status_ = nt_status;
        return error;
    }

    /// The same error, seen from one level further out: "<outer>: <inner>".
    Error within(const std::string& outer) && {
        text_ = outer + ": " + text_;
        return std::move(*this);
    }
    const std::string& text() const { return text_; }
    ExitCode exit_code() const { return exit_code_; }
    std::optional<int32_t> nt_status() const { return nt_status_; }

  private:
    std::string text_;
    ExitCode exit_code_;
    std::optional<int32_t> nt_status_;
};

/// A value or an Error.
template <typename T>
class [[nodiscard]] HostResult {
  public:
    HostResult(Error error) : state_(std::move(error)) {}
    template <typename U = T>
        requires(!std::is_same_v<std::remove_cvref_t<U>, Error> &&
                 !std::is_same_v<std::remove_cvref_t<U>, HostResult> &&
                 std::is_constructible_v<T, U &&>)
    HostResult(U&& value) : state_(std::in_place_index<1>, std::forward<U>(value)) {}

    explicit operator bool() const { return state_.index() == 1; }
    Error failure() const { return std::get<0>(state_); }
    T& value() & { return std::get<1>(state_); }
    const T& value() const& { return std::get<1>(state_); }
    T&& value() && { return std::get<1>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

  private:
    std::variant<Error, T> state_;
};

template <>
class [[nodiscard]] HostResult<void> {
  public:
    HostResult() = default;
    HostResult(Error error) : error_(std::move(error)) {}
    explicit operator bool() const { return !error_; }
    Error failure() const { return *error_; }
    void value() const {}

  private:
    std::optional<Error> error_;
};

}  // namespace rsl
