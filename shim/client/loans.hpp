// SPDX-License-Identifier: GPL-2.0-only
// Pages that a request lends the VM from its beginning, so that it need not ask: copies of all pages that a METHOD_NEITHER
// request's buffers touch lie in the arena, the VM maps them at the program's addresses, and what drivers wrote is copied
// back when the request ends: the output buffer as a whole, around it on its first and last page only what changed. Those
// pages are kept in step with the program's at the beginning and end of every other request, too: a pointer in one
// request may lead to a page that another one lends. docs/adr/0019-client-memory.md.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "shim/client/arena.hpp"
#include "shim/client/own_memory.hpp"

namespace rsl::client {

/// Bytes of the program, [start, end).
struct ProgramRange {
    uint64_t start = 0, end = 0;
    bool empty() const { return start == end; }
};

/// Neighbouring pages, and where they lie in the arena.
struct LentBlock {
    uint64_t address = 0, bytes = 0;  // whole pages
    uint32_t arena_offset = 0;        // page aligned
    uint32_t arena_piece = 0;         // as the arena knows it
    ProgramRange output;              // the part that the driver may write to as it likes
    bool ready = false;  // else its thread copies to it or from it
    /// Pages that are output in part, and what the program has on them.
    struct Edge {
        uint64_t address = 0;  // 0: there is none
        std::unique_ptr<std::byte[]> original;
    } edges[2];

    uint64_t end() const { return address + bytes; }
};

class Loans {
  public:
    explicit Loans(Arena& arena) : arena_(arena) {}
    Loans(const Loans&) = delete;
    Loans& operator=(const Loans&) = delete;

    /// The blocks of a request: one for each buffer, or one for both when they touch. Nothing for a buffer that cannot be
    /// lent: bad addresses, no room, pages that another request lends.
    struct Request {
        std::unique_ptr<LentBlock> blocks[2];
        const LentBlock* input = nullptr;
        const LentBlock* output = nullptr;
    };
    Request begin(ProgramRange input, ProgramRange output);
    /// What the driver wrote is the program's. `replied`: else the request was never made, or the VM has gone.
    enum class Outcome : uint8_t { kReplied, kNone };
    void end(Request& request, Outcome outcome);

    /// At the beginning of any other request, and at its end.
    void tell_changes() {
        if (count_.load(std::memory_order_relaxed) != 0) sync(Direction::kToArena);
    }
    void take_changes() {
        if (count_.load(std::memory_order_relaxed) != 0) sync(Direction::kToProgram);
    }
    /// The leader's, while it serves the VM: what drivers wrote to these pages, as far as they are lent, is the program's; and
    /// bytes that were given back are what is lent, too.
    void take_changes_of(uint64_t address, uint64_t bytes);
    void change(uint64_t address, std::span<const std::byte> bytes);

    /// Gives the arena what is kept for later requests; whether that was anything.
    bool release_spare();

  private:
    bool release_spare_locked();
    enum class Direction : uint8_t { kToArena, kToProgram };
    std::unique_ptr<LentBlock> lend(ProgramRange pages, ProgramRange output, KnownMapping& known);
    std::unique_ptr<LentBlock> make_block(ProgramRange pages);
    bool fill(LentBlock& block, KnownMapping& known);
    void note_edges(LentBlock& block);
    void sync(Direction direction);
    template <typename Visit>
    void each_lent(ProgramRange range, Visit visit);
    void withdraw(LentBlock& block);
    void refresh_locked(LentBlock& block);
    void give_edges_locked(LentBlock& block);
    void finish(LentBlock& block);
    void put_away(std::unique_ptr<LentBlock> block);
    std::byte* image(const LentBlock& block, uint64_t address) const {
        return arena_.at(block.arena_offset + static_cast<uint32_t>(address - block.address));
    }

    Arena& arena_;
    std::atomic<uint32_t> count_ = 0;  // blocks that are lent
    std::mutex mutex_;
    std::vector<LentBlock*> lent_;                   // under mutex_
    std::vector<std::unique_ptr<LentBlock>> spare_;  // under mutex_, the latest last
    uint64_t spare_bytes_ = 0;
};

}  // namespace rsl::client
