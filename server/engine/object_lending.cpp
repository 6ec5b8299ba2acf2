// SPDX-License-Identifier: GPL-2.0-only
#include "server/engine/object_lending.hpp"

#include "server/engine/session.hpp"

namespace rsl::server {

using protocol::ReplyKind;

namespace {

/// A client that writes to the word all the time must not keep us at DISPATCH_LEVEL.
constexpr int kMostTries = 64;

uint32_t after(uint32_t before, protocol::OwnObjectChange change) {
    switch (change) {
        case protocol::kObjectSet: return before | protocol::kObjectSet | protocol::kObjectEndsSet;
        case protocol::kObjectReset: return (before | protocol::kObjectReset) & ~uint32_t{protocol::kObjectEndsSet};
        default: return before | change;
    }
}

}  // namespace

Result<protocol::LendObject> ObjectLending::resolve(uint64_t handle, uint32_t id) {
    const auto may_wait = [this] { return !stopped_.load(std::memory_order_acquire) && session_.lending().may_ask(); };
    if (!is_open_ || !may_wait() || !question_.await(may_wait)) return Status::kInvalidHandle;
    question_.ask({.request_id = 0, .status = 0, .kind = ReplyKind::kResolve, .reserved = 0, .information = 0,
                   .values = {handle, id, 0, 0, 0}});
    if (!question_.await(may_wait) || lent_.object == protocol::OwnObject::kNone) return Status::kInvalidHandle;
    return lent_;
}

bool ObjectLending::answer(uint64_t id, const protocol::LendObject& lent) {
    if (!question_.is_open(id)) return false;
    const bool is_lent = lent.object >= protocol::OwnObject::kNotificationEvent;
    if (is_lent && changes() == nullptr) {
        if (lent.changes.bytes == 0) return false;
        note_.taken = &note_taken_;
        changes_at_.store(lent.changes.offset + 1, std::memory_order_release);  // pairs with changes()
    }
    lent_ = lent;
    question_.answered();
    return true;
}

protocol::OwnObjectChanges* ObjectLending::changes() const {
    const uint32_t at = changes_at_.load(std::memory_order_acquire);
    if (at == 0) return nullptr;
    return reinterpret_cast<protocol::OwnObjectChanges*>(session_.channel_.arena().data() + (at - 1));
}

void ObjectLending::changed(uint32_t id, protocol::OwnObjectChange change) {
    protocol::OwnObjectChanges* shared = changes();
    if (shared == nullptr || stopped_.load(std::memory_order_acquire)) return;
    std::atomic<uint32_t>& word = shared->changes[id];
    uint32_t before = word.load(std::memory_order_relaxed);
    for (int i = 0; i < kMostTries && !word.compare_exchange_weak(before, after(before, change), std::memory_order_seq_cst); ++i) {
    }
    if (shared->waiting.exchange(1, std::memory_order_seq_cst) != 0) return;  // it has not looked since the last note
    if (!note_taken_.exchange(false, std::memory_order_acquire)) return;      // pairs with ReplyPort::push()
    note_.entry = {.request_id = 0, .status = 0, .kind = ReplyKind::kObjectsChanged, .reserved = 0, .information = 0, .values = {}};
    session_.send_at_once(note_);
}

void ObjectLending::stop() {
    stopped_.store(true, std::memory_order_release);
    question_.wake_asker();
}

}  // namespace rsl::server
