// SPDX-License-Identifier: GPL-2.0-only
// The client's half of protocol/message/own_object.hpp: says what the program has behind a handle of its own, and hears what drivers did to the
// events that it lent. What the objects are, and how they are signalled, is the program's kind's affair (OwnObjects; shim/wine/own_objects.*).
#pragma once

#include <optional>

#include "protocol/message/own_object.hpp"
#include "shim/client/arena.hpp"

namespace rsl::client {

/// The objects of a program. Called by whichever thread leads, one at a time.
class OwnObjects {
  public:
    /// What is behind the handle; `changes` is left alone. An event is `id` from now on, until changed() says that it was dropped.
    virtual protocol::LendObject lend(uint64_t handle, uint32_t id) = 0;
    /// protocol::OwnObjectChange bits. Of an id that was never lent there is nothing to do: the VM may say anything.
    virtual void changed(uint32_t id, uint32_t changes) = 0;

  protected:
    ~OwnObjects() = default;
};

class ObjectLender {
  public:
    ObjectLender(Arena& arena, OwnObjects* objects) : arena_(arena), objects_(objects) {}

    /// Whether there is anything that the VM may ask for.
    bool is_there() const { return objects_ != nullptr; }

    // The leader's.
    /// Nothing: no VM of ours asks such a thing.
    std::optional<protocol::LendObject> lend(const protocol::Resolve& wanted);
    void take_changes();
    /// Whether an event was ever lent: from then on the VM may have something to say at any time.
    bool has_lent() const { return changes_ != nullptr; }

  private:
    Arena& arena_;
    OwnObjects* const objects_;
    protocol::ArenaSpan place_{};
    protocol::OwnObjectChanges* changes_ = nullptr;
};

}  // namespace rsl::client
