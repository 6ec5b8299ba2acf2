// SPDX-License-Identifier: GPL-2.0-only
#include "server/engine/lending.hpp"

#include <algorithm>
#include <cstring>

#include "server/engine/session.hpp"

namespace rsl::server {

using protocol::ChangedRun;
using protocol::ReplyKind;

void Lending::open(protocol::ArenaSpan window) {
    window.bytes = std::min<uint32_t>(window.bytes, protocol::kMaxLentPages * protocol::kPageBytes);
    window_ = window;
}

std::byte* Lending::window() const { return session_.channel_.arena().data() + window_.offset; }

void Lending::ask(ReplyKind kind, uint64_t information, const protocol::Fetch& fetch) {
    asked_pages_ = static_cast<uint32_t>(fetch.pages);
    question_.ask({.request_id = 0, .status = 0, .kind = kind, .reserved = 0, .information = information,
                   .values = {fetch.address, fetch.pages, static_cast<uint64_t>(fetch.access), 0, 0}});
}

bool Lending::answer(uint64_t id, const protocol::Lend& lent) {
    if (!question_.is_open(id) || lent.pages > asked_pages_) return false;
    lent_ = lent;
    question_.answered();
    return true;
}

bool Lending::await_answer(Needs needs) {
    return question_.await([&] {
        if (stopped_.load(std::memory_order_acquire)) return false;
        return needs == Needs::kSession || requests_.load(std::memory_order_acquire) != 0;  // pairs with request_ends()
    });
}

Result<Lending::Lent> Lending::fetch(uint64_t address, uint32_t pages, protocol::FetchAccess access) {
    if (!is_open() || !may_ask() || !await_answer(Needs::kRequest)) return Status::kAccessViolation;  // of the last one, nobody waited for it
    note_use();
    pages = std::min<uint32_t>(pages, window_.bytes / protocol::kPageBytes);
    ask(ReplyKind::kFetch, 0, {address, pages, access});
    if (!await_answer(Needs::kRequest) || lent_.pages == 0) return Status::kAccessViolation;
    return Lent{window(), lent_.pages, lent_.writable};
}

void Lending::give_back(uint64_t address, std::span<const std::byte> bytes) {
    const uint64_t total = ChangedRun::total_bytes(bytes.size());
    if (!is_open() || total > window_.bytes) return;
    if (filled_ + total > window_.bytes) flush();
    if (filled_ == 0 && !await_answer(Needs::kSession)) return session_.end(
        transport::CloseReason::kViolation, "the client does not take back what was written to its memory");
    const ChangedRun run{address, static_cast<uint32_t>(bytes.size()), 0};
    std::byte* at = window() + filled_;
    std::memcpy(at, &run, sizeof(run));
    std::memcpy(at + sizeof(run), bytes.data(), bytes.size());
    filled_ += static_cast<uint32_t>(total);
}

void Lending::flush() {
    if (filled_ == 0) return;
    ask(ReplyKind::kGiveBack, std::exchange(filled_, 0), {});
}

void Lending::stop() {
    stopped_.store(true, std::memory_order_release);
    question_.wake_asker();
}

}  // namespace rsl::server
