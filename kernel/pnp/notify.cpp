// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/notify.hpp"

#include "abi/functions/ke.h"
#include "abi/types/status.h"
#include "kernel/io/device.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/pnp/device_node.hpp"
#include "kernel/pnp/interfaces.hpp"
#include "kernel/pnp/text.hpp"

namespace rsl::pnp {
namespace {

// wdmguid.h
constexpr GUID kArrival = {0xcb3a4004, 0x46f0, 0x11d0, {0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f}};
constexpr GUID kRemoval = {0xcb3a4005, 0x46f0, 0x11d0, {0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f}};
constexpr GUID kQueryRemove = {0xcb3a4006, 0x46f0, 0x11d0, {0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f}};
constexpr GUID kRemoveCancelled = {0xcb3a4007, 0x46f0, 0x11d0, {0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f}};
constexpr GUID kRemoveComplete = {0xcb3a4008, 0x46f0, 0x11d0, {0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f}};

struct Entry {
    ListHook hook;
    Registration what;
    uint32_t references = 1;  // the list's, and one for each call under way
    ke::Thread* running = nullptr;
    KEVENT* gone = nullptr;   // of who waits for the last call
};
constinit IntrusiveList<Entry, &Entry::hook> entries;  // guarded by tree_lock()

void drop(Entry& entry) {
    bool last;
    KEVENT* gone;
    {
        ke::MutexGuard guard{tree_lock()};
        last = --entry.references == 0;
        gone = entry.gone;
    }
    if (!last) return;
    if (entry.what.pdo != nullptr) io::device_of(*entry.what.pdo).drop_reference();
    if (entry.what.driver != nullptr) io::driver_of(*entry.what.driver).drop_reference();
    mm::destroy(&entry);
    if (gone != nullptr) KeSetEvent(gone, IO_NO_INCREMENT, FALSE);
}

NTSTATUS call(Entry& entry, void* structure) {
    entry.running = &ke::current_thread();
    const NTSTATUS status = entry.what.callback(structure, entry.what.context);
    entry.running = nullptr;
    return status;
}

/// The first entry behind `after` (nullptr: from the start) that fits, with a reference.
Entry* next_entry(Entry* after, IO_NOTIFICATION_EVENT_CATEGORY category, const GUID* interface_class, const DEVICE_OBJECT* pdo) {
    ke::MutexGuard guard{tree_lock()};
    bool passed = after == nullptr || !after->hook.is_linked();
    for (Entry& entry : entries) {
        if (!passed) {
            passed = &entry == after;
            continue;
        }
        if (entry.what.category != category) continue;
        if (interface_class != nullptr && !same_guid(entry.what.interface_class, *interface_class)) continue;
        if (pdo != nullptr && entry.what.pdo != pdo) continue;
        ++entry.references;
        return &entry;
    }
    return nullptr;
}

/// Visits each fitting entry; one that leaves meanwhile ends the walk only if it was the current one.
template <typename Visit>
void each_entry(IO_NOTIFICATION_EVENT_CATEGORY category, const GUID* interface_class, const DEVICE_OBJECT* pdo, Visit visit) {
    Entry* previous = nullptr;
    while (Entry* entry = next_entry(previous, category, interface_class, pdo)) {
        const bool go_on = visit(*entry);
        const bool linked = entry->hook.is_linked();
        if (previous != nullptr) drop(*previous);
        previous = entry;
        if (!go_on || !linked) break;
    }
    if (previous != nullptr) drop(*previous);
}

NTSTATUS tell_target(Entry& entry, const GUID& event) {
    TARGET_DEVICE_REMOVAL_NOTIFICATION notification = {1, sizeof(notification), event, entry.what.file};
    return call(entry, &notification);
}

void tell_interface(Entry& entry, const GUID& event, UNICODE_STRING& link) {
    DEVICE_INTERFACE_CHANGE_NOTIFICATION notification = {1, sizeof(notification), event, entry.what.interface_class, &link};
    call(entry, &notification);
}

}  // namespace

Result<void*> register_notification(const Registration& registration) {
    auto* entry = RSL_TRY(mm::make<Entry>(mm::pool_tag("PpNt")));
    entry->what = registration;
    if (registration.driver != nullptr) io::driver_of(*registration.driver).add_reference();
    ke::MutexGuard guard{tree_lock()};
    entries.push_back(*entry);
    return static_cast<void*>(entry);
}

Result<void> unregister_notification(void* opaque) {
    Entry* found = nullptr;
    KEVENT gone;
    KeInitializeEvent(&gone, NotificationEvent, FALSE);
    bool wait = false;
    {
        ke::MutexGuard guard{tree_lock()};
        for (Entry& entry : entries) {
            if (&entry == opaque) found = &entry;
        }
        if (found == nullptr) return Status::kInvalidParameter;
        found->hook.unlink();
        wait = found->references > 1 && found->running != &ke::current_thread();
        if (wait) found->gone = &gone;
    }
    drop(*found);
    if (wait) KeWaitForSingleObject(&gone, Executive, KernelMode, FALSE, nullptr);
    return {};
}

void notify_interface(InterfaceEvent event, const GUID& interface_class, UNICODE_STRING& link) {
    const GUID& what = event == InterfaceEvent::kArrival ? kArrival : kRemoval;
    each_entry(EventCategoryDeviceInterfaceChange, &interface_class, nullptr, [&](Entry& entry) {
        tell_interface(entry, what, link);
        return true;
    });
}

void notify_target(DEVICE_OBJECT& pdo, TargetEvent event) {
    const GUID& what = event == TargetEvent::kRemoveComplete ? kRemoveComplete : kRemoveCancelled;
    each_entry(EventCategoryTargetDeviceChange, nullptr, &pdo, [&](Entry& entry) {
        tell_target(entry, what);
        return true;
    });
}

NTSTATUS notify_query_remove(DEVICE_OBJECT& pdo) {
    NTSTATUS outcome = STATUS_SUCCESS;
    each_entry(EventCategoryTargetDeviceChange, nullptr, &pdo, [&](Entry& entry) {
        outcome = tell_target(entry, kQueryRemove);
        return NT_SUCCESS(outcome);
    });
    return outcome;
}

void notify_custom(DEVICE_OBJECT& pdo, void* structure) {
    each_entry(EventCategoryTargetDeviceChange, nullptr, &pdo, [&](Entry& entry) {
        // As documented: the file object is the one that this driver registered with.
        static_cast<TARGET_DEVICE_REMOVAL_NOTIFICATION*>(structure)->FileObject = entry.what.file;
        call(entry, structure);
        return true;
    });
}

void tell_existing(void* opaque) {
    auto& entry = *static_cast<Entry*>(opaque);
    each_enabled_interface(entry.what.interface_class, [](void* context, UNICODE_STRING& link) {
        tell_interface(*static_cast<Entry*>(context), kArrival, link);
    }, &entry);
}

}  // namespace rsl::pnp
