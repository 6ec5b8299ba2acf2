// SPDX-License-Identifier: GPL-2.0-only
// What a client's program has behind handles of its own, which its process here does not have (docs/adr/0030-own-objects.md): asked for when
// a driver refers to such a handle. An event of the program's becomes an event here, which tells the lender what drivers do to it.
#pragma once

#include <array>
#include <atomic>

#include "abi/private/rsl_kernel.h"
#include "kernel/ke/objects.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::ob {

class OwnObjects {
  public:
    static Result<OwnObjects*> create(const RSL_OBJECT_LENDER& lender);
    /// Gives the creator's share up: it goes when the last event has gone.
    void drop();
    /// Nothing is asked or told any more, and no call of the lender's is left. PASSIVE_LEVEL.
    void stop();

    /// One reference on what `handle` is for the program, as HandleTable::lookup(). May wait for the client. <= APC_LEVEL, in the process.
    Result<void*> resolve(HANDLE handle, const ObjectType* type, uint32_t desired_access, KPROCESSOR_MODE mode,
                          OBJECT_HANDLE_INFORMATION* information);
    /// The program signals an event that drivers have. True: one of them waited for a synchronization event, and has it. kNotFound.
    Result<bool> signal(uint32_t id, RSL_OBJECT_SIGNAL signal);

  private:
    static constexpr uint32_t kMost = RSL_MAX_OWN_OBJECTS;
    struct Event {
        ke::RelayedEvent relayed;  // first: the object's body
        OwnObjects* owner;         // one share
        uint32_t id;
    };
    class Gate;

    explicit OwnObjects(const RSL_OBJECT_LENDER& lender);
    static void relay(ke::RelayedEvent& relayed, ke::EventChange change);
    Result<uint32_t> take_id();
    void give_id_back(uint32_t id, bool was_lent);
    Result<void*> make_event(uint32_t id, const RSL_OWN_OBJECT& lent);
    void tell_locked(uint32_t id, RSL_OBJECT_CHANGE change) RSL_REQUIRES(lock_);

    RSL_OBJECT_LENDER lender_;
    KEVENT gate_;  // one thread asks at a time
    ke::SpinLock lock_{ke::LockRank::kOwnObjects};
    bool stopped_ RSL_GUARDED_BY(lock_) = false;
    std::array<Event*, kMost> events_ RSL_GUARDED_BY(lock_) = {};
    std::array<bool, kMost> taken_ RSL_GUARDED_BY(lock_) = {};
    std::atomic<uint32_t> shares_ = 1;
};

}  // namespace rsl::ob
