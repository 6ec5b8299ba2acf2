// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ex/callback.hpp"

#include "kernel/ex/startup.hpp"
#include "kernel/ke/objects.hpp"

namespace rsl::ex {

struct CallbackRegistration {
    LIST_ENTRY entry;
    CallbackObject* object;  // one reference
    PCALLBACK_FUNCTION routine;
    void* context;
    uint32_t running;  // guarded by the object's lock
    bool removed;
    KEVENT idle;
};

constinit ob::ObjectType CallbackObject::kType{
    .name = u"Callback",
    .pool_tag = mm::pool_tag("Call"),
    .valid_access = STANDARD_RIGHTS_ALL | 1,
    .destroy = &ob::destroy_object<CallbackObject>,
};

Result<void> create_system_callbacks() {
    // Nothing changes the time, the power source or the processors yet: drivers may register all the same.
    constexpr std::u16string_view kNames[] = {u"\\Callback\\SetSystemTime", u"\\Callback\\PowerState",
                                              u"\\Callback\\ProcessorAdd"};
    for (const std::u16string_view name : kNames) {
        auto object = RSL_TRY(ob::make_object<CallbackObject>(0, true));
        RSL_TRY(ob::insert_name(object.get(), name, OBJ_PERMANENT));
        static_cast<void>(object.release());  // for ever
    }
    return {};
}

CallbackObject::CallbackObject(bool allow_multiple) : allow_multiple_(allow_multiple) {
    registrations_.Flink = registrations_.Blink = &registrations_;
}

CallbackRegistration* CallbackObject::add(PCALLBACK_FUNCTION routine, void* context) {
    auto made = mm::make<CallbackRegistration>(
        mm::pool_tag("CbRe"), CallbackRegistration{{}, this, routine, context, 0, false, {}});
    if (!made) return nullptr;
    CallbackRegistration* const registration = *made;
    ke::initialize_event(registration->idle, NotificationEvent, false);
    {
        ke::SpinLockGuard guard{lock_};
        if (allow_multiple_ || registrations_.Flink == &registrations_) {
            registration->entry.Flink = &registrations_;
            registration->entry.Blink = registrations_.Blink;
            registrations_.Blink->Flink = &registration->entry;
            registrations_.Blink = &registration->entry;
            add_reference();
            return registration;
        }
    }
    mm::destroy(registration);
    return nullptr;
}

void CallbackObject::notify(void* argument1, void* argument2) RSL_NO_LOCK_ANALYSIS {
    KIRQL old = ke::raise_irql(DISPATCH_LEVEL);
    lock_.acquire();
    for (LIST_ENTRY* at = registrations_.Flink; at != &registrations_;) {
        auto& registration = *CONTAINING_RECORD(at, CallbackRegistration, entry);
        if (registration.removed) {
            at = at->Flink;
            continue;
        }
        ++registration.running;  // keeps it in the list
        lock_.release();
        ke::lower_irql(old);
        registration.routine(registration.context, argument1, argument2);
        old = ke::raise_irql(DISPATCH_LEVEL);
        lock_.acquire();
        at = at->Flink;
        if (--registration.running == 0 && registration.removed) {
            ke::set_event(registration.idle, IO_NO_INCREMENT);
        }
    }
    lock_.release();
    ke::lower_irql(old);
}

void CallbackObject::remove(CallbackRegistration& registration) {
    CallbackObject& object = *registration.object;
    bool running;
    {
        ke::SpinLockGuard guard{object.lock_};
        registration.removed = true;
        running = registration.running != 0;
    }
    if (running) ke::wait_one(registration.idle.Header, ke::Deadline::never());
    {
        ke::SpinLockGuard guard{object.lock_};  // after this, no notify() stands on it
        registration.entry.Flink->Blink = registration.entry.Blink;
        registration.entry.Blink->Flink = registration.entry.Flink;
    }
    mm::destroy(&registration);
    object.drop_reference();
}

}  // namespace rsl::ex
