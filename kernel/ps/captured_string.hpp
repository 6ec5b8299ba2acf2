// SPDX-License-Identifier: GPL-2.0-only
// A caller's UNICODE_STRING, captured: a checked copy of a user's, borrowed from a kernel caller.
#pragma once

#include <string_view>
#include <utility>

#include "abi/types/basic.h"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/user_memory.hpp"

namespace rsl::ps {

class CapturedString {
  public:
    /// kInvalidParameter for an odd length. nullptr is an empty string.
    static Result<CapturedString> capture(const UNICODE_STRING* string, KPROCESSOR_MODE mode) {
        if (string == nullptr) return CapturedString();
        const UNICODE_STRING head = RSL_TRY(read_in(string, mode));
        if (head.Length % sizeof(char16_t) != 0) return Status::kInvalidParameter;
        CapturedString captured;
        captured.text_ = {head.Buffer, head.Length / sizeof(char16_t)};
        if (mode == KernelMode || head.Length == 0) return captured;
        captured.copy_ = mm::allocate(head.Length, kTag);
        if (captured.copy_ == nullptr) return Status::kInsufficientResources;
        RSL_TRY(rtl::copy_from_user(captured.copy_, head.Buffer, head.Length));
        captured.text_ = {static_cast<const char16_t*>(captured.copy_), head.Length / sizeof(char16_t)};
        return captured;
    }
    CapturedString(CapturedString&& other) noexcept
        : text_(other.text_), copy_(std::exchange(other.copy_, nullptr)) {}
    CapturedString& operator=(CapturedString&&) = delete;
    ~CapturedString() {
        if (copy_ != nullptr) mm::free_tagged(copy_, kTag);
    }
    std::u16string_view text() const { return text_; }

  private:
    static constexpr mm::PoolTag kTag = mm::pool_tag("PsCs");
    CapturedString() = default;
    std::u16string_view text_;
    void* copy_ = nullptr;
};

}  // namespace rsl::ps
