// SPDX-License-Identifier: GPL-2.0-only
// Handles: what a slot's index, object, access and flags mean for processes, types and callbacks.
#include "abi/types/ps.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/ob/handle_slots.hpp"
#include "kernel/ob/object.hpp"
#include "kernel/ob/own_objects.hpp"
#include "kernel/ps/new_process.hpp"
#include "kernel/ps/process.hpp"

#include <cstring>

namespace rsl::ob {
namespace {

constexpr mm::PoolTag kTableTag = mm::pool_tag("ObHt");

struct KernelEnvironment {
    static void* allocate(size_t bytes) {
        void* memory = mm::allocate(bytes, kTableTag);
        if (memory != nullptr) std::memset(memory, 0, bytes);
        return memory;
    }
    static void free(void* memory) {
        if (memory != nullptr) mm::free(memory);
    }
    static void pause() { arch::pause(); }
    static void reference(void* body, int64_t count) { ob::reference(body, count); }
    struct NoPreemption {
        NoPreemption() : were_on(arch::disable_interrupts()) {}
        ~NoPreemption() { arch::restore_interrupts(were_on); }
        const bool were_on;
    };
    struct GrowthLock : ke::SpinLock {
        GrowthLock() : SpinLock(ke::LockRank::kObject) {}
    };
    using GrowthGuard = ke::SpinLockGuard;
};
using Slots = HandleSlots<KernelEnvironment>;

// A kernel handle is the handle of the system process' table with these bits set.
constexpr uint64_t kKernelHandleBits = 0xFFFFFFFF80000000;

uint32_t flags_of(uint32_t attributes) {
    return ((attributes & OBJ_INHERIT) != 0 ? Slots::kInherit : 0) |
           ((attributes & HandleTable::kProtectClose) != 0 ? Slots::kProtect : 0);
}
uint32_t attributes_of(uint32_t flags) {
    return ((flags & Slots::kInherit) != 0 ? OBJ_INHERIT : 0) |
           ((flags & Slots::kProtect) != 0 ? HandleTable::kProtectClose : 0);
}

/// A closed handle's share in the object: callbacks, counts, name, references.
void give_up_handle(ps::Process& owner, Slots& slots, const Slots::Removed& removed) {
    void* body = removed.object;
    ObjectHeader& header = header_of(body);
    const ObjectType& type = *header.type;
    const auto all = static_cast<uint32_t>(header.handles.fetch_sub(1, std::memory_order_acq_rel));
    type.handles.fetch_sub(1, std::memory_order_relaxed);
    if (type.close != nullptr) {
        uint32_t mine = 1;  // counted only where it may be more: it needs a look at every slot
        if (all > 1) {
            slots.for_each([&mine, body](uint32_t, void* other, uint32_t, uint32_t) {
                mine += other == body ? 1 : 0;
            });
        }
        type.close(owner, body, mine, all);
    }
    if (all == 1 && (header.flags.load(std::memory_order_relaxed) & ObjectHeader::kPermanent) == 0)
        remove_name(body);
    dereference(body, removed.references);
}

}  // namespace

struct HandleTable::Implementation : HandleTable {
    explicit Implementation(ps::Process& process) : owner(process) {}
    static Implementation& of(HandleTable& table) { return static_cast<Implementation&>(table); }

    HANDLE handle_of(uint32_t index) const { return reinterpret_cast<HANDLE>((uint64_t{index} << 2) + base); }
    uint32_t index_of(HANDLE handle) const {
        const uint64_t index = (reinterpret_cast<uint64_t>(handle) - base) >> 2;  // NT ignores the low bits too
        return index > MAXULONG ? 0 : static_cast<uint32_t>(index);
    }

    ps::Process& owner;  // owns us
    uint64_t base = 0;
    Slots slots;
};

Result<HandleTable*> HandleTable::create(ps::Process& owner) {
    auto* table = RSL_TRY(mm::make<Implementation>(kTableTag, owner));
    return static_cast<HandleTable*>(table);
}

void HandleTable::begin_above(uint64_t value) {
    auto& self = Implementation::of(*this);
    RSL_CHECK(self.slots.count() == 0 && value % 4 == 0);
    self.base = value;
}

void HandleTable::close_all() {
    auto& self = Implementation::of(*this);
    self.slots.for_each([&self](uint32_t index, void*, uint32_t, uint32_t) {
        auto removed = self.slots.remove(index, Slots::Force::kYes);
        if (removed) give_up_handle(self.owner, self.slots, *removed);
    });
}
void HandleTable::destroy() {
    close_all();
    mm::destroy(&Implementation::of(*this));
}

Result<HANDLE> HandleTable::insert(void* body, uint32_t granted_access, uint32_t attributes) {
    ObjectHeader& header = header_of(body);
    header.handles.fetch_add(1, std::memory_order_relaxed);  // before anybody can close it
    auto index = Implementation::of(*this).slots.insert(body, granted_access, flags_of(attributes));
    if (!index) {
        header.handles.fetch_sub(1, std::memory_order_relaxed);
        return index.failure();
    }
    header.type->handles.fetch_add(1, std::memory_order_relaxed);
    return Implementation::of(*this).handle_of(*index);
}

Result<void> HandleTable::close(HANDLE handle, KPROCESSOR_MODE) {
    auto& self = Implementation::of(*this);
    const auto removed = RSL_TRY(self.slots.remove(self.index_of(handle)));
    give_up_handle(self.owner, self.slots, removed);
    return {};
}

[[gnu::always_inline]] Result<void*> HandleTable::lookup(HANDLE handle, const ObjectType* type, uint32_t desired_access,
                                  KPROCESSOR_MODE mode, OBJECT_HANDLE_INFORMATION* information) {
    auto& self = Implementation::of(*this);
    const auto found = self.slots.acquire(self.index_of(handle));
    if (!found) return Status::kInvalidHandle;
    if (type != nullptr && header_of(found->object).type != type) [[unlikely]] {
        dereference(found->object);
        return Status::kObjectTypeMismatch;
    }
    if (mode != KernelMode && (desired_access & ~found->access) != 0) [[unlikely]] {
        dereference(found->object);
        return Status::kAccessDenied;
    }
    if (information != nullptr)
        *information = {.HandleAttributes = attributes_of(found->flags),
                        .GrantedAccess = found->access};
    return found->object;
}

Result<void> HandleTable::set_attributes(HANDLE handle, uint32_t attributes) {
    auto& self = Implementation::of(*this);
    return self.slots.set_flags(self.index_of(handle), flags_of(attributes));
}

uint32_t HandleTable::count() const {
    return static_cast<const Implementation*>(this)->slots.count();
}

void HandleTable::for_each(void (*visit)(const Entry& entry, void* context), void* context) {
    auto& self = Implementation::of(*this);
    self.slots.for_each([&self, visit, context](uint32_t index, void* body, uint32_t access, uint32_t flags) {
        visit({self.handle_of(index), body, access, attributes_of(flags)}, context);
    });
}

// ---- Handles of the running thread
// ---------------------------------------------------------------

bool is_kernel_handle(HANDLE handle) {
    const auto value = reinterpret_cast<uint64_t>(handle);
    return (value & kKernelHandleBits) == kKernelHandleBits && handle != NtCurrentProcess() &&
           handle != NtCurrentThread();
}

namespace {

struct Resolved {
    HandleTable* table;
    HANDLE bare;
};
Result<Resolved> resolve(HANDLE handle, KPROCESSOR_MODE mode) {
    if (is_kernel_handle(handle)) {
        if (mode != KernelMode) return Status::kInvalidHandle;
        return Resolved{
            ps::system_process().handles,
            reinterpret_cast<HANDLE>(reinterpret_cast<uint64_t>(handle) & ~kKernelHandleBits)};
    }
    return Resolved{ps::current_process().handles, handle};
}

/// NtCurrentProcess() and NtCurrentThread(): no slot, every right, one reference.
void* pseudo_object(HANDLE handle) {
    void* body = nullptr;
    if (handle == NtCurrentProcess()) body = &ps::current_process();
    if (handle == NtCurrentThread()) body = &ps::current_thread();
    if (body != nullptr) reference(body);
    return body;
}

/// A handle that the process does not have may be its program's own.
[[gnu::noinline, gnu::cold]] Result<void*> ask_for_object(HANDLE handle, const ObjectType* type, uint32_t desired_access, KPROCESSOR_MODE mode,
                                                          OBJECT_HANDLE_INFORMATION* information) {
    const auto value = reinterpret_cast<uint64_t>(handle);
    OwnObjects* objects = ps::current_process().own_objects.load(std::memory_order_acquire);  // pairs with RslBorrowClientObjects
    if (objects == nullptr || value == 0 || value > ps::kForeignHandles) return Status::kInvalidHandle;
    return objects->resolve(handle, type, desired_access, mode, information);
}

}  // namespace

[[gnu::always_inline]] Result<void*> reference_handle_inline(HANDLE handle, const ObjectType* type, uint32_t desired_access,
                                                             KPROCESSOR_MODE mode, OBJECT_HANDLE_INFORMATION* information) {
    if (void* body = pseudo_object(handle); body != nullptr) {
        const ObjectType* actual = header_of(body).type;
        if (type != nullptr && type != actual) {
            dereference(body);
            return Status::kObjectTypeMismatch;
        }
        if (information != nullptr)
            *information = {.HandleAttributes = 0, .GrantedAccess = actual->valid_access};
        return body;
    }
    const auto resolved = RSL_TRY(resolve(handle, mode));
    auto found = resolved.table->lookup(resolved.bare, type, desired_access, mode, information);
    if (!found && found.failure() == Status::kInvalidHandle) [[unlikely]] {
        return ask_for_object(handle, type, desired_access, mode, information);
    }
    return found;
}

Result<void*> reference_handle(HANDLE handle, const ObjectType* type, uint32_t desired_access,
                               KPROCESSOR_MODE mode, OBJECT_HANDLE_INFORMATION* information) {
    return reference_handle_inline(handle, type, desired_access, mode, information);
}

Result<HANDLE> insert_handle(void* body, uint32_t granted_access, uint32_t attributes) {
    if ((attributes & OBJ_KERNEL_HANDLE) == 0)
        return ps::current_process().handles->insert(body, granted_access, attributes);
    const HANDLE bare =
        RSL_TRY(ps::system_process().handles->insert(body, granted_access, attributes));
    return reinterpret_cast<HANDLE>(reinterpret_cast<uint64_t>(bare) | kKernelHandleBits);
}

Result<void> set_handle_attributes(HANDLE handle, uint32_t attributes, KPROCESSOR_MODE mode) {
    const auto resolved = RSL_TRY(resolve(handle, mode));
    return resolved.table->set_attributes(resolved.bare, attributes);
}

Result<void> close_handle(HANDLE handle, KPROCESSOR_MODE mode) {
    if (handle == NtCurrentProcess() || handle == NtCurrentThread()) return {};
    const auto resolved = RSL_TRY(resolve(handle, mode));
    return resolved.table->close(resolved.bare, mode);
}

}  // namespace rsl::ob
