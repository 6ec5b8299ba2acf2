// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/types.hpp"

#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/objects.hpp"
#include "kernel/ob/directory.hpp"
#include "kernel/ob/timer_object.hpp"

namespace rsl::ob {

namespace {

/// An owned mutant is in its owner's list; freed memory must not be.
void destroy_mutant(void* body) {
    auto& mutant = *static_cast<KMUTANT*>(body);
    ke::InterruptLockGuard guard{ke::dispatcher_lock};
    if (mutant.OwnerThread != nullptr) ke::list_remove(mutant.MutantListEntry);
}

void destroy_event(void* body) {
    auto& event = *static_cast<KEVENT*>(body);
    if (!ke::is_relayed(event)) return;
    auto& relayed = *CONTAINING_RECORD(&event, ke::RelayedEvent, event);
    relayed.relay(relayed, ke::EventChange::kDropped);
}

}  // namespace

constinit ObjectType kTypeType{
    .name = u"Type",
    .pool_tag = mm::pool_tag("ObTy"),
    .valid_access = OBJECT_TYPE_ALL_ACCESS,
};

constinit ObjectType kEventType{
    .name = u"Event",
    .pool_tag = mm::pool_tag("Even"),
    .mapping = {STANDARD_RIGHTS_READ | EVENT_QUERY_STATE,
                STANDARD_RIGHTS_WRITE | EVENT_MODIFY_STATE, STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE,
                EVENT_ALL_ACCESS},
    .valid_access = EVENT_ALL_ACCESS,
    .wait_offset = 0,
    .destroy = &destroy_event,
    .driver_body_bytes = sizeof(KEVENT),
};

constinit ObjectType kSemaphoreType{
    .name = u"Semaphore",
    .pool_tag = mm::pool_tag("Sema"),
    .mapping = {STANDARD_RIGHTS_READ | SEMAPHORE_QUERY_STATE,
                STANDARD_RIGHTS_WRITE | SEMAPHORE_MODIFY_STATE,
                STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE, SEMAPHORE_ALL_ACCESS},
    .valid_access = SEMAPHORE_ALL_ACCESS,
    .wait_offset = 0,
    .driver_body_bytes = sizeof(KSEMAPHORE),
};

constinit ObjectType kMutantType{
    .name = u"Mutant",
    .pool_tag = mm::pool_tag("Muta"),
    .mapping = {STANDARD_RIGHTS_READ | MUTANT_QUERY_STATE, STANDARD_RIGHTS_WRITE,
                STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE, MUTANT_ALL_ACCESS},
    .valid_access = MUTANT_ALL_ACCESS,
    .wait_offset = 0,
    .destroy = &destroy_mutant,
};

constinit ObjectType kTimerType{
    .name = u"Timer",
    .pool_tag = mm::pool_tag("ObTm"),
    .mapping = {STANDARD_RIGHTS_READ | TIMER_QUERY_STATE,
                STANDARD_RIGHTS_WRITE | TIMER_MODIFY_STATE, STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE,
                TIMER_ALL_ACCESS},
    .valid_access = TIMER_ALL_ACCESS,
    .wait_offset = 0,
    .destroy = &destroy_timer_object,
};

uint32_t map_generic(uint32_t access, const GENERIC_MAPPING& mapping) {
    if ((access & GENERIC_READ) != 0) access |= mapping.GenericRead;
    if ((access & GENERIC_WRITE) != 0) access |= mapping.GenericWrite;
    if ((access & GENERIC_EXECUTE) != 0) access |= mapping.GenericExecute;
    if ((access & GENERIC_ALL) != 0) access |= mapping.GenericAll;
    return access & ~(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
}

void publish_types() {
    void* found = nullptr;
    if (auto opened = open_path(u"\\ObjectTypes", &Directory::kType, 0, 0, KernelMode, nullptr))
        found = *opened;
    if (found == nullptr) return;
    const auto directory = Ref<Directory>::adopt(static_cast<Directory*>(found));
    for (const ObjectType* type = first_type(); type != nullptr; type = type->next_listed) {
        if (void* known = directory->find(type->name); known != nullptr) {
            dereference(known);
            continue;
        }
        auto body = allocate_object(kTypeType, sizeof(const ObjectType*));
        if (!body) return;  // they are for display: try again the next time
        *static_cast<const ObjectType**>(*body) = type;
        header_of(*body).flags.fetch_or(ObjectHeader::kPermanent, std::memory_order_relaxed);
        auto added = directory->find_or_add(type->name, *body);
        if (added && *added != *body) dereference(*added);
        dereference(*body);
    }
}

}  // namespace rsl::ob
