// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/loans.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <thread>

#include "base/core/bytes.hpp"
#include "base/core/changed_runs.hpp"

namespace rsl::client {
namespace {

constexpr uint64_t kShareOfArena = 4;  // for the blocks of one request, and for those that are kept
constexpr uint64_t kUserLowest = 0x10000, kUserEnd = 0x00007FFFFFFF0000;  // NT's

ProgramRange pages_of(ProgramRange range) {
    if (range.empty()) return {};
    return {align_down<uint64_t>(range.start, kPageBytes), align_up<uint64_t>(range.end, kPageBytes)};
}

bool touch(ProgramRange one, ProgramRange other) {
    return !one.empty() && !other.empty() && one.start < other.end && other.start < one.end;
}

bool is_user(ProgramRange range) { return range.start >= kUserLowest && range.start <= range.end && range.end <= kUserEnd; }

const std::byte* program(uint64_t address) { return reinterpret_cast<const std::byte*>(address); }

}  // namespace

Loans::Request Loans::begin(ProgramRange input, ProgramRange output) {
    Request request;
    KnownMapping known;
    if (!is_user(input)) input = {};
    if (!is_user(output)) output = {};
    const ProgramRange in = pages_of(input), out = pages_of(output);
    if ((in.end - in.start) + (out.end - out.start) > arena_.bytes() / kShareOfArena) return request;
    if (touch(in, out)) {
        request.blocks[0] = lend({std::min(in.start, out.start), std::max(in.end, out.end)}, output, known);
        request.input = request.output = request.blocks[0].get();
        return request;
    }
    if (!out.empty()) request.output = (request.blocks[0] = lend(out, output, known)).get();
    if (!in.empty()) request.input = (request.blocks[1] = lend(in, {}, known)).get();
    return request;
}

std::unique_ptr<LentBlock> Loans::lend(ProgramRange pages, ProgramRange output, KnownMapping& known) {
    auto block = make_block(pages);
    if (block == nullptr) return nullptr;
    block->output = output;
    if (fill(*block, known)) {
        std::lock_guard guard{mutex_};
        block->ready = true;
        return block;
    }
    withdraw(*block);
    put_away(std::move(block));
    return nullptr;
}

void Loans::withdraw(LentBlock& block) {
    std::lock_guard guard{mutex_};
    std::erase(lent_, &block);
    count_.fetch_sub(1, std::memory_order_relaxed);
}

/// A block for pages that no other block has, in the list already. Not filled yet.
std::unique_ptr<LentBlock> Loans::make_block(ProgramRange pages) {
    const uint64_t bytes = pages.end - pages.start;
    std::unique_ptr<LentBlock> block;
    std::lock_guard guard{mutex_};
    for (const LentBlock* other : lent_) {
        if (touch(pages, {other->address, other->end()})) return nullptr;
    }
    const auto fits = std::find_if(spare_.rbegin(), spare_.rend(), [&](const auto& one) { return one->bytes == bytes; });
    if (fits != spare_.rend()) {
        block = std::move(*fits);
        spare_.erase(std::next(fits).base());
        spare_bytes_ -= bytes;
    } else {
        auto piece = arena_.allocate(bytes + kPageBytes);
        if (!piece && release_spare_locked()) piece = arena_.allocate(bytes + kPageBytes);
        if (!piece) return nullptr;
        block = std::make_unique<LentBlock>();
        block->bytes = bytes;
        block->arena_piece = piece->offset;
        block->arena_offset = align_up<uint32_t>(piece->offset, kPageBytes);
    }
    block->address = pages.start;
    block->ready = false;
    lent_.push_back(block.get());
    count_.fetch_add(1, std::memory_order_relaxed);
    return block;
}

bool Loans::fill(LentBlock& block, KnownMapping& known) {
    const ProgramRange out = pages_of(block.output);
    if (!out.empty() && !can_use_own_pages(out.start, out.end - out.start, Use::kWrite, Touch::kYes, &known)) return false;
    const bool all_output = out.start == block.address && out.end == block.end();
    if (!all_output && !can_use_own_pages(block.address, block.bytes, Use::kRead, Touch::kYes, &known)) return false;
    std::memcpy(arena_.at(block.arena_offset), program(block.address), block.bytes);
    note_edges(block);
    return true;
}

void Loans::note_edges(LentBlock& block) {
    for (auto& edge : block.edges) edge.address = 0;
    if (block.output.empty()) return;
    const uint64_t first = align_down<uint64_t>(block.output.start, kPageBytes);
    const uint64_t last = align_down<uint64_t>(block.output.end - 1, kPageBytes);
    const bool first_is_whole = block.output.start == first && block.output.end >= first + kPageBytes;
    const bool last_is_whole = block.output.end == last + kPageBytes && block.output.start <= last;
    if (!first_is_whole) block.edges[0].address = first;
    if (last != first && !last_is_whole) block.edges[1].address = last;
    for (auto& edge : block.edges) {
        if (edge.address == 0) continue;
        if (edge.original == nullptr) edge.original = std::make_unique_for_overwrite<std::byte[]>(kPageBytes);
        std::memcpy(edge.original.get(), image(block, edge.address), kPageBytes);
    }
}

// ---- The end

void Loans::end(Request& request, Outcome outcome) {
    for (size_t i = std::size(request.blocks); i > 0; --i) {  // backwards: begin() finds them in the same order again
        auto& block = request.blocks[i - 1];
        if (block == nullptr) continue;
        {
            std::lock_guard guard{mutex_};
            block->ready = false;  // others wait until the program has it all
        }
        if (outcome == Outcome::kReplied) finish(*block);
        withdraw(*block);
        put_away(std::move(block));
    }
    if (outcome == Outcome::kReplied) take_changes();
}

/// The program's own memory, which was good when the request began.
void Loans::finish(LentBlock& block) {
    if (block.output.empty()) return;
    for (const auto& edge : block.edges) {
        if (edge.address == 0) continue;
        const std::byte* now = image(block, edge.address);
        if (std::memcmp(now, edge.original.get(), kPageBytes) == 0) continue;
        each_changed_run(now, edge.original.get(), kPageBytes, [&](size_t offset, size_t bytes) {
            std::memcpy(reinterpret_cast<void*>(edge.address + offset), now + offset, bytes);
        });
    }
    const uint64_t start = align_up<uint64_t>(block.output.start, kPageBytes);
    const uint64_t end = align_down<uint64_t>(block.output.end, kPageBytes);
    if (start < end) std::memcpy(reinterpret_cast<void*>(start), image(block, start), end - start);
}

void Loans::put_away(std::unique_ptr<LentBlock> block) {
    std::lock_guard guard{mutex_};
    if (spare_bytes_ + block->bytes > arena_.bytes() / kShareOfArena) return arena_.free(block->arena_piece);
    spare_bytes_ += block->bytes;
    spare_.push_back(std::move(block));
}

bool Loans::release_spare() {
    std::lock_guard guard{mutex_};
    return release_spare_locked();
}

bool Loans::release_spare_locked() {
    const bool any = !spare_.empty();
    for (const auto& block : spare_) arena_.free(block->arena_piece);
    spare_.clear();
    spare_bytes_ = 0;
    return any;
}

// ---- In step with the program

/// Calls visit(block) under the lock for each that has pages in the range. Waits for one that is being copied, though not for
/// ever: its thread may have been ended in the midst of it.
template <typename Visit>
void Loans::each_lent(ProgramRange range, Visit visit) {
    constexpr int kPatience = 10'000;
    std::unique_lock lock{mutex_};
    for (int turn = 0; turn < kPatience; ++turn) {
        const bool wait = std::any_of(lent_.begin(), lent_.end(), [&](const LentBlock* block) {
            return !block->ready && touch(range, {block->address, block->end()});
        });
        if (!wait) break;
        lock.unlock();
        std::this_thread::yield();
        lock.lock();
    }
    for (LentBlock* block : lent_) {
        if (block->ready && touch(range, {block->address, block->end()})) visit(*block);
    }
}

void Loans::sync(Direction direction) {
    each_lent({0, kUserEnd}, [&](LentBlock& block) {
        if (direction == Direction::kToArena) {
            refresh_locked(block);
        } else {
            give_edges_locked(block);
        }
    });
}

void Loans::take_changes_of(uint64_t address, uint64_t bytes) {
    if (count_.load(std::memory_order_relaxed) == 0) return;
    each_lent({address, address + bytes}, [&](LentBlock& block) {
        give_edges_locked(block);
        const uint64_t start = std::max(address, align_up<uint64_t>(block.output.start, kPageBytes));
        const uint64_t end = std::min(address + bytes, align_down<uint64_t>(block.output.end, kPageBytes));
        if (start >= end) return;
        const OwnBytes whole{start, {image(block, start), end - start}};
        write_own_bytes({&whole, 1});
    });
}

void Loans::change(uint64_t address, std::span<const std::byte> bytes) {
    if (count_.load(std::memory_order_relaxed) == 0 || bytes.empty()) return;
    each_lent({address, address + bytes.size()}, [&](LentBlock& block) {
        const uint64_t start = std::max(address, block.address), end = std::min(address + bytes.size(), block.end());
        std::memcpy(image(block, start), bytes.data() + (start - address), end - start);
        for (auto& edge : block.edges) {
            if (!touch({start, end}, {edge.address, edge.address + kPageBytes})) continue;
            const uint64_t from = std::max(start, edge.address), to = std::min(end, edge.address + kPageBytes);
            std::memcpy(edge.original.get() + (from - edge.address), bytes.data() + (from - address), to - from);
        }
    });
}

/// Page by page, as any may have gone meanwhile.
void Loans::refresh_locked(LentBlock& block) {
    std::array<std::byte, kPageBytes> now;
    for (uint64_t at = block.address; at < block.end(); at += kPageBytes) {
        const auto edge = std::find_if(std::begin(block.edges), std::end(block.edges), [&](const auto& one) { return one.address == at; });
        const bool driver_writes = touch({at, at + kPageBytes}, block.output);
        if (driver_writes && edge == std::end(block.edges)) continue;  // as a whole, until the request ends
        if (read_own_pages(at, 1, now.data()) != 1) continue;
        std::byte* here = image(block, at);
        if (!driver_writes) {
            std::memcpy(here, now.data(), kPageBytes);
            continue;
        }
        std::byte* original = edge->original.get();
        each_changed_run(now.data(), original, kPageBytes, [&](size_t offset, size_t bytes) {
            for (size_t i = offset; i < offset + bytes; ++i) {
                if (here[i] == original[i]) here[i] = now[i];
                original[i] = now[i];
            }
        });
    }
}

void Loans::give_edges_locked(LentBlock& block) {
    for (auto& edge : block.edges) {
        if (edge.address == 0) continue;
        std::array<std::byte, kPageBytes> now;  // the driver may go on writing
        std::memcpy(now.data(), image(block, edge.address), kPageBytes);
        std::vector<OwnBytes> runs;
        each_changed_run(now.data(), edge.original.get(), kPageBytes, [&](size_t offset, size_t bytes) {
            runs.push_back({edge.address + offset, std::span(now).subspan(offset, bytes)});
        });
        write_own_bytes(runs);
        std::memcpy(edge.original.get(), now.data(), kPageBytes);
    }
}

}  // namespace rsl::client
