// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/object.hpp"

#include <cstring>

#include "abi/functions/ex.h"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/create_info.hpp"
#include "kernel/ob/types.hpp"

namespace rsl::ob {
namespace {

constinit std::atomic<const ObjectType*> listed_types = nullptr;

/// Objects whose last reference went above PASSIVE_LEVEL, linked by deferred_next.
constinit std::atomic<ObjectHeader*> deferred = nullptr;
constinit WORK_QUEUE_ITEM deferred_work = {};

void delete_object(ObjectHeader& header) {
    RSL_CHECK(header.name == nullptr);  // a directory's entry holds a reference
    const ObjectType& type = *header.type;
    if ((header.flags.load(std::memory_order_relaxed) & ObjectHeader::kCreateInfo) != 0)
        drop_create_info(body_of(header));
    if (type.destroy != nullptr) type.destroy(body_of(header));
    if (header.security != nullptr) mm::free(header.security);
    type.objects.fetch_sub(1, std::memory_order_relaxed);
    mm::free_tagged(&header, type.pool_tag);
}

void NTAPI run_deferred(void*) {
    // Pairs with defer(): whoever finds the list empty queues this work again.
    ObjectHeader* header = deferred.exchange(nullptr, std::memory_order_acquire);
    while (header != nullptr) {
        ObjectHeader* next = header->deferred_next;
        delete_object(*header);
        header = next;
    }
}

void defer(ObjectHeader& header) {
    ObjectHeader* head = deferred.load(std::memory_order_relaxed);
    do {
        header.deferred_next = head;
    } while (!deferred.compare_exchange_weak(head, &header, std::memory_order_release));
    if (head != nullptr) return;  // queued already, and not yet running
    deferred_work.WorkerRoutine = &run_deferred;
    ExQueueWorkItem(&deferred_work, CriticalWorkQueue);
}

/// True when that was the last one.
bool drop(ObjectHeader& header, int64_t count) {
    const int64_t before = header.references.fetch_sub(count, std::memory_order_acq_rel);
    if (before < count) [[unlikely]] {
        ke::bug_check(REFERENCE_BY_POINTER, reinterpret_cast<uintptr_t>(header.type),
                      reinterpret_cast<uintptr_t>(body_of(header)), 2,
                      static_cast<uint64_t>(before),
                      {.explanation = "an object was dereferenced more often than referenced"});
    }
    return before == count;
}

}  // namespace

void register_type(const ObjectType& type) {
    if (type.listed.exchange(true, std::memory_order_relaxed)) return;
    const ObjectType* head = listed_types.load(std::memory_order_relaxed);
    do {
        type.next_listed = head;
    } while (!listed_types.compare_exchange_weak(head, &type, std::memory_order_release));
}
const ObjectType* first_type() { return listed_types.load(std::memory_order_acquire); }

Result<void*> allocate_object(const ObjectType& type, uint64_t body_bytes) {
    if (!type.listed.load(std::memory_order_relaxed)) register_type(type);
    void* memory = mm::allocate(sizeof(ObjectHeader) + body_bytes, type.pool_tag);
    if (memory == nullptr) return Status::kInsufficientResources;
    std::memset(memory, 0, sizeof(ObjectHeader) + body_bytes);
    auto& header = *::new (memory) ObjectHeader{};
    header.references.store(1, std::memory_order_relaxed);
    header.type = &type;
    header.body_bytes = body_bytes;
    type.objects.fetch_add(1, std::memory_order_relaxed);
    return body_of(header);
}

bool try_reference(void* body) {
    auto& references = header_of(body).references;
    int64_t count = references.load(std::memory_order_relaxed);
    do {
        if (count == 0) return false;
    } while (!references.compare_exchange_weak(count, count + 1, std::memory_order_acquire));
    return true;
}

void dereference(void* body, int64_t count) {
    ObjectHeader& header = header_of(body);
    if (!drop(header, count)) return;
    if (arch::irql() == PASSIVE_LEVEL) {
        delete_object(header);
    } else {
        defer(header);
    }
}
void dereference(void* body) { dereference(body, 1); }

void dereference_deferred(void* body) {
    ObjectHeader& header = header_of(body);
    if (drop(header, 1)) defer(header);
}

}  // namespace rsl::ob
