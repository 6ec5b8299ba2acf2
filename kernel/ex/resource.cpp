// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ex/resource.hpp"

#include <cstring>

#include "abi/types/bugcheck.h"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/nt_spin_lock.hpp"
#include "kernel/ke/objects.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::ex {
namespace {

constexpr mm::PoolTag kTableTag = mm::pool_tag("ReTa");
constexpr ULONG kFirstTable = 8;

/// On the stack of who waits; linked in the order of arrival.
struct Waiter {
    Waiter* next;
    ERESOURCE_THREAD thread;
    KEVENT event;
};

/// Holds the resource's spin lock with interrupts off.
class Guard {
  public:
    explicit Guard(ERESOURCE& resource)
        : lock_(resource.SpinLock), were_on_(arch::disable_interrupts()) {
        ke::acquire(lock_);
    }
    ~Guard() {
        ke::release(lock_);
        arch::restore_interrupts(were_on_);
    }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

  private:
    KSPIN_LOCK& lock_;
    bool were_on_;
};

Waiter*& first(PVOID& list) { return reinterpret_cast<Waiter*&>(list); }

void append(PVOID& list, Waiter& waiter) {
    Waiter** at = &first(list);
    while (*at != nullptr) at = &(*at)->next;
    waiter.next = nullptr;
    *at = &waiter;
}

bool is_exclusive(const ERESOURCE& resource) { return (resource.Flag & ResourceOwnedExclusive) != 0; }
ULONG table_size(const ERESOURCE& resource) {
    return resource.OwnerTable == nullptr ? 0 : resource.OwnerTable[0].TableSize;  // entry 0 has no owner
}

/// The entry of a thread that shares the resource, or nullptr. With thread 0: a free one.
OWNER_ENTRY* find_entry(ERESOURCE& resource, ERESOURCE_THREAD thread) {
    if (resource.OwnerEntry.OwnerThread == thread) return &resource.OwnerEntry;
    for (ULONG i = 1; i < table_size(resource); ++i) {
        if (resource.OwnerTable[i].OwnerThread == thread) return &resource.OwnerTable[i];
    }
    return nullptr;
}

/// Whether all who share or wait to share, and one more, have entries.
bool has_room(const ERESOURCE& resource) {
    const ULONG wanted = resource.ActiveEntries + resource.NumberOfSharedWaiters + 1;
    return wanted <= 1 + (table_size(resource) != 0 ? table_size(resource) - 1 : 0);
}

/// Makes the table larger, outside of the lock. False without memory.
bool grow_table(ERESOURCE& resource) {
    ULONG size;
    {
        Guard guard{resource};
        if (has_room(resource)) return true;
        size = table_size(resource) == 0 ? kFirstTable : 2 * table_size(resource);
    }
    auto* const table = static_cast<OWNER_ENTRY*>(mm::allocate(size * sizeof(OWNER_ENTRY), kTableTag));
    if (table == nullptr) return false;
    std::memset(table, 0, size * sizeof(OWNER_ENTRY));
    OWNER_ENTRY* old = table;
    {
        Guard guard{resource};
        if (table_size(resource) < size) {
            old = resource.OwnerTable;
            for (ULONG i = 1; i < table_size(resource); ++i) table[i] = old[i];
            table[0].TableSize = size;
            resource.OwnerTable = table;
        }
    }
    if (old != nullptr) mm::free(old);
    return true;
}

void share_locked(ERESOURCE& resource, ERESOURCE_THREAD thread) {
    if (OWNER_ENTRY* const own = resource.ActiveEntries != 0 ? find_entry(resource, thread) : nullptr) {
        ++own->OwnerCount;
        return;
    }
    OWNER_ENTRY* const entry = find_entry(resource, 0);
    RSL_CHECK(entry != nullptr);
    entry->OwnerThread = thread;
    entry->OwnerCount = 1;
    ++resource.ActiveEntries;
    resource.ActiveCount = 1;
}

void own_locked(ERESOURCE& resource, ERESOURCE_THREAD thread) {
    resource.Flag |= ResourceOwnedExclusive;
    resource.OwnerEntry.OwnerThread = thread;
    resource.OwnerEntry.OwnerCount = 1;
    resource.ActiveEntries = 1;
    resource.ActiveCount = 1;
}

/// Lets all waiting readers in. Their waiters, for waking outside of the lock.
Waiter* admit_readers_locked(ERESOURCE& resource) {
    Waiter* const readers = first(resource.SharedWaiters);
    resource.SharedWaiters = nullptr;
    resource.NumberOfSharedWaiters = 0;
    for (Waiter* at = readers; at != nullptr; at = at->next) share_locked(resource, at->thread);
    return readers;
}

Waiter* admit_writer_locked(ERESOURCE& resource) {
    Waiter* const writer = first(resource.ExclusiveWaiters);
    if (writer == nullptr) return nullptr;
    resource.ExclusiveWaiters = writer->next;
    writer->next = nullptr;
    --resource.NumberOfExclusiveWaiters;
    own_locked(resource, writer->thread);
    return writer;
}

void wake(Waiter* waiter) {
    while (waiter != nullptr) {
        Waiter* const next = waiter->next;  // the waiter goes when it runs
        ke::set_event(waiter->event, IO_NO_INCREMENT);
        waiter = next;
    }
}

void wait(Waiter& waiter) { ke::wait_one(waiter.event.Header, ke::Deadline::never(), WrResource); }

[[noreturn]] void not_owned(const ERESOURCE& resource, ERESOURCE_THREAD thread) {
    ke::bug_check(RESOURCE_NOT_OWNED, reinterpret_cast<uint64_t>(&resource), thread,
                  reinterpret_cast<uint64_t>(resource.OwnerTable), 0,
                  {.explanation = "a resource was released by a thread that does not own it"});
}

bool may_share_locked(ERESOURCE& resource, ERESOURCE_THREAD thread, Shared how) {
    if (resource.ActiveEntries == 0) return true;
    if (is_exclusive(resource)) return false;
    if (resource.NumberOfExclusiveWaiters == 0 || how == Shared::kStarveExclusive) return true;
    return how == Shared::kFair && find_entry(resource, thread) != nullptr;
}

}  // namespace

ERESOURCE_THREAD current_owner() { return reinterpret_cast<ERESOURCE_THREAD>(&ke::current_thread()); }

void initialize_resource(ERESOURCE& resource) {
    std::memset(&resource, 0, sizeof(resource));
    resource.SystemResourcesList.Flink = resource.SystemResourcesList.Blink = &resource.SystemResourcesList;
}

void delete_resource(ERESOURCE& resource) {
    if (resource.ActiveEntries != 0 || resource.SharedWaiters != nullptr ||
        resource.ExclusiveWaiters != nullptr) {
        ke::bug_check(RESOURCE_NOT_OWNED, reinterpret_cast<uint64_t>(&resource), 0, 0, 0,
                      {.explanation = "a resource was deleted while somebody owns or awaits it"});
    }
    if (resource.OwnerTable != nullptr) mm::free(resource.OwnerTable);
    resource.OwnerTable = nullptr;
}

void reinitialize_resource(ERESOURCE& resource) {
    delete_resource(resource);
    initialize_resource(resource);
}

bool acquire_exclusive(ERESOURCE& resource, bool may_wait) {
    const ERESOURCE_THREAD self = current_owner();
    Waiter waiter{nullptr, self, {}};
    {
        Guard guard{resource};
        if (resource.ActiveEntries == 0) {
            own_locked(resource, self);
            return true;
        }
        if (is_exclusive(resource) && resource.OwnerEntry.OwnerThread == self) {
            ++resource.OwnerEntry.OwnerCount;
            return true;
        }
        if (!may_wait) return false;
        ke::initialize_event(waiter.event, SynchronizationEvent, false);
        append(resource.ExclusiveWaiters, waiter);
        ++resource.NumberOfExclusiveWaiters;
        ++resource.ContentionCount;
    }
    wait(waiter);
    return true;
}

bool acquire_shared(ERESOURCE& resource, bool may_wait, Shared how) {
    const ERESOURCE_THREAD self = current_owner();
    Waiter waiter{nullptr, self, {}};
    for (;;) {
        {
            Guard guard{resource};
            if (is_exclusive(resource) && resource.OwnerEntry.OwnerThread == self) {
                ++resource.OwnerEntry.OwnerCount;
                return true;
            }
            const bool free = may_share_locked(resource, self, how);
            if (!free && !may_wait) return false;
            if (has_room(resource) || (free && find_entry(resource, self) != nullptr)) {
                if (free) {
                    share_locked(resource, self);
                    return true;
                }
                ke::initialize_event(waiter.event, SynchronizationEvent, false);
                append(resource.SharedWaiters, waiter);
                ++resource.NumberOfSharedWaiters;
                ++resource.ContentionCount;
                break;
            }
        }
        if (!grow_table(resource)) {
            if (!may_wait) return false;
            KEVENT never;  // no memory for our entry: wait for better times
            ke::initialize_event(never, NotificationEvent, false);
            ke::wait_one(never.Header, ke::Deadline::after_ns(10'000'000), WrResource);
        }
    }
    wait(waiter);
    return true;
}

void release_resource(ERESOURCE& resource, ERESOURCE_THREAD thread) {
    Waiter* woken = nullptr;
    {
        Guard guard{resource};
        OWNER_ENTRY* const entry = resource.ActiveEntries != 0 ? find_entry(resource, thread) : nullptr;
        if (entry == nullptr || thread == 0) not_owned(resource, thread);
        if (--entry->OwnerCount != 0) return;
        entry->OwnerThread = 0;
        const bool was_exclusive = is_exclusive(resource);
        resource.Flag &= static_cast<USHORT>(~ResourceOwnedExclusive);
        if (--resource.ActiveEntries != 0) return;
        resource.ActiveCount = 0;
        // In turns: after a writer the readers, after readers a writer.
        woken = was_exclusive ? admit_readers_locked(resource) : admit_writer_locked(resource);
        if (woken == nullptr) {
            woken = was_exclusive ? admit_writer_locked(resource) : admit_readers_locked(resource);
        }
    }
    wake(woken);
}

void convert_to_shared(ERESOURCE& resource) {
    Waiter* readers;
    {
        Guard guard{resource};
        if (!is_exclusive(resource)) not_owned(resource, current_owner());
        resource.Flag &= static_cast<USHORT>(~ResourceOwnedExclusive);
        readers = admit_readers_locked(resource);
    }
    wake(readers);
}

void set_owner(ERESOURCE& resource, void* owner) {
    const auto pointer = reinterpret_cast<ERESOURCE_THREAD>(owner);
    Guard guard{resource};
    OWNER_ENTRY* const entry = resource.ActiveEntries != 0 ? find_entry(resource, current_owner()) : nullptr;
    if (entry == nullptr) not_owned(resource, current_owner());
    OWNER_ENTRY* const older = is_exclusive(resource) ? nullptr : find_entry(resource, pointer);
    if (older == nullptr) {
        entry->OwnerThread = pointer;
    } else {  // shared under this name already: one entry for both
        older->OwnerCount += entry->OwnerCount;
        entry->OwnerThread = 0;
        entry->OwnerCount = 0;
        --resource.ActiveEntries;
    }
}

bool is_exclusive_owner(ERESOURCE& resource) {
    return is_exclusive(resource) && resource.OwnerEntry.OwnerThread == current_owner();
}

uint32_t times_held(ERESOURCE& resource) {
    Guard guard{resource};
    if (resource.ActiveEntries == 0) return 0;
    const OWNER_ENTRY* const entry = find_entry(resource, current_owner());
    return entry != nullptr ? entry->OwnerCount : 0;
}

}  // namespace rsl::ex
