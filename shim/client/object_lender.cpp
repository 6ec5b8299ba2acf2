// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/object_lender.hpp"

#include <new>

namespace rsl::client {

using protocol::LendObject;
using protocol::OwnObject;
using protocol::OwnObjectChanges;

std::optional<LendObject> ObjectLender::lend(const protocol::Resolve& wanted) {
    if (objects_ == nullptr || wanted.id >= protocol::kMaxOwnObjects) return std::nullopt;
    take_changes();  // the id may have been another object's until just now
    const auto id = static_cast<uint32_t>(wanted.id);
    LendObject lent = objects_->lend(wanted.handle, id);
    if (lent.object < OwnObject::kNotificationEvent) return lent;
    if (changes_ == nullptr) {
        const auto place = arena_.allocate(sizeof(OwnObjectChanges));
        if (!place) {
            objects_->changed(id, protocol::kObjectDropped);
            return LendObject{};
        }
        place_ = {place->offset, sizeof(OwnObjectChanges)};
        changes_ = ::new (arena_.at(place_.offset)) OwnObjectChanges{};
    }
    lent.changes = place_;
    return lent;
}

void ObjectLender::take_changes() {
    if (changes_ == nullptr || changes_->waiting.exchange(0, std::memory_order_seq_cst) == 0) return;
    for (uint32_t id = 0; id < protocol::kMaxOwnObjects; ++id) {
        if (changes_->changes[id].load(std::memory_order_relaxed) == 0) continue;
        objects_->changed(id, changes_->changes[id].exchange(0, std::memory_order_acquire));
    }
}

}  // namespace rsl::client
