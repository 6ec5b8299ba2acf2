// SPDX-License-Identifier: GPL-2.0-only
// The client's half of protocol/message/memory.hpp: lends pages of this process to the VM while a request is out, and
// takes back what drivers wrote there. What the VM says is checked as everything of its; what it may ask for is any
// memory of the program's, as on Windows (docs/architecture/threat-model.md).
#pragma once

#include <optional>

#include "protocol/message/memory.hpp"
#include "shim/client/arena.hpp"
#include "shim/client/loans.hpp"

namespace rsl::client {

class Lender {
  public:
    Lender(Arena& arena, Loans& loans) : arena_(arena), loans_(loans) {}

    /// Takes a part of the arena for it, for good. Nothing when the arena is too small.
    void open();
    protocol::ArenaSpan window() const { return window_; }

    // The leader's. Nothing, or false: no VM of ours says such a thing.
    std::optional<protocol::Lend> lend(const protocol::Fetch& wanted);
    bool take_back(uint64_t bytes);

  private:
    Arena& arena_;
    Loans& loans_;
    protocol::ArenaSpan window_{};
};

}  // namespace rsl::client
