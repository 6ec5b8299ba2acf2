// SPDX-License-Identifier: GPL-2.0-only
// Arena memory for the length of a function of the C API.
#pragma once

#include <cstring>
#include <optional>
#include <string_view>

#include "shim/client/request.hpp"

namespace rsl::client {

class Loan {
  public:
    Loan(Connection& connection, uint64_t bytes) : arena_(connection.arena()), span_(arena_.allocate(bytes)) {
        if (span_) span_->bytes = static_cast<uint32_t>(bytes);
    }
    Loan(Connection& connection, std::u16string_view text) : Loan(connection, text.size() * 2) {
        if (span_ && !text.empty()) std::memcpy(data(), text.data(), text.size() * 2);
    }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ~Loan() {
        if (span_) arena_.free(span_->offset);
    }
    explicit operator bool() const { return span_.has_value(); }
    protocol::ArenaSpan span() const { return *span_; }
    std::byte* data() const { return arena_.at(span_->offset); }

  private:
    Arena& arena_;
    std::optional<protocol::ArenaSpan> span_;
};

}  // namespace rsl::client
