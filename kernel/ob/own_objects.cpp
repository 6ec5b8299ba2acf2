// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/own_objects.hpp"

#include "abi/functions/ke.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::ob {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("ObOw");

bool is_event(const RSL_OWN_OBJECT& lent) {
    return lent.Kind == RslOwnNotificationEvent || lent.Kind == RslOwnSynchronizationEvent;
}

/// The checks of HandleTable::lookup().
Result<void> check(const RSL_OWN_OBJECT& lent, const ObjectType& actual, const ObjectType* wanted, uint32_t desired_access,
                   KPROCESSOR_MODE mode, OBJECT_HANDLE_INFORMATION* information) {
    if (wanted != nullptr && wanted != &actual) return Status::kObjectTypeMismatch;
    if (mode != KernelMode && (desired_access & ~lent.Access) != 0) return Status::kAccessDenied;
    if (information != nullptr) *information = {.HandleAttributes = 0, .GrantedAccess = lent.Access};
    return {};
}

}  // namespace

/// One thread asks at a time; it waits for the client inside.
class OwnObjects::Gate {
  public:
    explicit Gate(OwnObjects& objects) : objects_(objects), old_(ke::raise_irql(APC_LEVEL)) {
        KeWaitForSingleObject(&objects_.gate_, Executive, KernelMode, FALSE, nullptr);
    }
    ~Gate() {
        KeSetEvent(&objects_.gate_, IO_NO_INCREMENT, FALSE);
        ke::lower_irql(old_);
    }
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;

  private:
    OwnObjects& objects_;
    KIRQL old_;
};

OwnObjects::OwnObjects(const RSL_OBJECT_LENDER& lender) : lender_(lender) { KeInitializeEvent(&gate_, SynchronizationEvent, TRUE); }

Result<OwnObjects*> OwnObjects::create(const RSL_OBJECT_LENDER& lender) {
    void* memory = mm::allocate(sizeof(OwnObjects), kTag);
    if (memory == nullptr) return Status::kInsufficientResources;
    return ::new (memory) OwnObjects(lender);
}

void OwnObjects::drop() {
    if (shares_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    this->~OwnObjects();
    mm::free(this);
}

void OwnObjects::stop() {
    const Gate gate{*this};
    ke::SpinLockGuard guard{lock_};
    stopped_ = true;
}

// ---- Asking

Result<uint32_t> OwnObjects::take_id() {
    ke::SpinLockGuard guard{lock_};
    if (stopped_) return Status::kInvalidHandle;
    for (uint32_t id = 0; id < kMost; ++id) {
        if (!std::exchange(taken_[id], true)) return id;
    }
    return Status::kInsufficientResources;
}

void OwnObjects::give_id_back(uint32_t id, bool was_lent) {
    ke::SpinLockGuard guard{lock_};
    if (was_lent) tell_locked(id, RslObjectDropped);
    taken_[id] = false;
}

Result<void*> OwnObjects::resolve(HANDLE handle, const ObjectType* type, uint32_t desired_access, KPROCESSOR_MODE mode,
                                  OBJECT_HANDLE_INFORMATION* information) {
    if (arch::irql() >= DISPATCH_LEVEL) return Status::kInvalidHandle;
    const Gate gate{*this};
    const uint32_t id = RSL_TRY(take_id());
    RSL_OWN_OBJECT lent{};
    if (lender_.Resolve(lender_.Context, reinterpret_cast<uint64_t>(handle), id, &lent) < 0) lent.Kind = RslOwnNone;
    if (is_event(lent)) {
        const auto allowed = check(lent, kEventType, type, desired_access, mode, information);
        auto made = allowed ? make_event(id, lent) : Result<void*>(allowed.failure());
        if (!made) give_id_back(id, true);
        return made;
    }
    give_id_back(id, false);
    if (lent.Kind == RslOwnHandle) {
        return ps::current_process().handles->lookup(reinterpret_cast<HANDLE>(uintptr_t{lent.Value}), type, desired_access, mode, information);
    }
    if (lent.Kind != RslOwnProcess) return Status::kInvalidHandle;
    auto process = ps::find_process(lent.Value);
    if (!process) return Status::kInvalidHandle;
    RSL_TRY(check(lent, ps::Process::kType, type, desired_access, mode, information));
    return static_cast<void*>(process.release());
}

Result<void*> OwnObjects::make_event(uint32_t id, const RSL_OWN_OBJECT& lent) {
    void* body = RSL_TRY(allocate_object(kEventType, sizeof(Event)));
    auto& event = *static_cast<Event*>(body);
    const auto kind = lent.Kind == RslOwnNotificationEvent ? NotificationEvent : SynchronizationEvent;
    ke::initialize_relayed_event(event.relayed, kind, lent.Signalled != 0, &OwnObjects::relay);
    event.owner = this;
    event.id = id;
    shares_.fetch_add(1, std::memory_order_relaxed);
    ke::SpinLockGuard guard{lock_};
    events_[id] = &event;
    return body;
}

// ---- Telling

void OwnObjects::tell_locked(uint32_t id, RSL_OBJECT_CHANGE change) {
    if (!stopped_) lender_.Changed(lender_.Context, id, change);
}

void OwnObjects::relay(ke::RelayedEvent& relayed, ke::EventChange change) {
    auto& event = reinterpret_cast<Event&>(relayed);
    OwnObjects& self = *event.owner;
    if (change != ke::EventChange::kDropped) {
        ke::SpinLockGuard guard{self.lock_};
        return self.tell_locked(event.id, change == ke::EventChange::kSet ? RslObjectSet : RslObjectReset);
    }
    {
        ke::SpinLockGuard guard{self.lock_};
        self.events_[event.id] = nullptr;
    }
    self.give_id_back(event.id, true);
    self.drop();
}

Result<bool> OwnObjects::signal(uint32_t id, RSL_OBJECT_SIGNAL signal) {
    if (id >= kMost) return Status::kNotFound;
    ke::SpinLockGuard guard{lock_};
    Event* event = events_[id];  // it stays: relay() takes the lock before the object goes
    if (event == nullptr) return Status::kNotFound;
    const bool taken = signal != RslSignalReset && ke::set_relayed_here(event->relayed);
    if (signal != RslSignalSet) ke::reset_relayed_here(event->relayed);
    return taken;
}

}  // namespace rsl::ob
