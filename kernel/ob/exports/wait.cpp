// SPDX-License-Identifier: GPL-2.0-only
// Waiting on handles.
#include "abi/functions/export.h"
#include "abi/functions/ob.h"
#include "abi/types/status.h"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/exports/by_handle.hpp"
#include "kernel/ob/exports/create.hpp"
#include "kernel/ob/types.hpp"

using namespace rsl;

namespace {

/// Where in an object the waits queue, or nullptr: it cannot be waited for.
void* header_to_wait_for(void* body) {
    const uint32_t offset = ob::header_of(body).type->wait_offset;
    return offset == ob::ObjectType::kNotWaitable ? nullptr : static_cast<char*>(body) + offset;
}

/// A caller's time-out: read once, kept while waiting.
struct Timeout {
    LARGE_INTEGER value = {};
    const LARGE_INTEGER* pointer = nullptr;

    Result<void> read(const LARGE_INTEGER* from, KPROCESSOR_MODE mode) {
        if (from == nullptr) return {};
        value = RSL_TRY(ps::read_in(from, mode));
        pointer = &value;
        return {};
    }
};

/// References of a wait on several objects.
struct Objects {
    void* bodies[MAXIMUM_WAIT_OBJECTS];
    void* headers[MAXIMUM_WAIT_OBJECTS];
    uint32_t count = 0;
    ~Objects() {
        for (uint32_t i = 0; i < count; ++i) ob::dereference(bodies[i]);
    }
};

}  // namespace

/// NtWaitForSingleObject (ntifs.h, as ZwWaitForSingleObject) waits until an object is signalled.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_TIMEOUT, STATUS_ALERTED, STATUS_USER_APC, STATUS_ABANDONED,
///            STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED, STATUS_OBJECT_TYPE_MISMATCH
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwwaitforsingleobject
///   Differs  an object that is no dispatcher object is refused instead of being signalled for ever
RSL_EXPORT NTSTATUS NTAPI NtWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable,
                                                PLARGE_INTEGER Timeout) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const KPROCESSOR_MODE mode = ps::previous_mode();
    ::Timeout timeout;
    if (auto read = timeout.read(Timeout, mode); !read) return read.failure().nt();
    auto found = ob::reference_handle(Handle, nullptr, SYNCHRONIZE, mode);
    if (!found) return found.failure().nt();
    const auto object = ob::adopt(*found);
    void* header = header_to_wait_for(object.get());
    if (header == nullptr) return STATUS_OBJECT_TYPE_MISMATCH;
    return ke::wait_for({.objects = &header,
                         .count = 1,
                         .reason = UserRequest,
                         .mode = mode,
                         .alertable = Alertable != 0,
                         .deadline = ke::deadline_of(timeout.pointer)});
}
/// ZwWaitForSingleObject (ntifs.h): NtWaitForSingleObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtWaitForSingleObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwwaitforsingleobject
///   Differs  as NtWaitForSingleObject
RSL_EXPORT NTSTATUS NTAPI ZwWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable,
                                                PLARGE_INTEGER Timeout) {
    return ps::as_kernel(&NtWaitForSingleObject, Handle, Alertable, Timeout);
}

/// NtWaitForMultipleObjects (ntobapi.h, as ZwWaitForMultipleObjects) waits for any or all of up to
/// 64 objects.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_WAIT_0 + n, STATUS_ABANDONED_WAIT_0 + n, STATUS_TIMEOUT, STATUS_ALERTED,
///            STATUS_USER_APC, STATUS_INVALID_PARAMETER_1, STATUS_INVALID_HANDLE,
///            STATUS_ACCESS_DENIED, STATUS_OBJECT_TYPE_MISMATCH, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-waitformultipleobjects
///   Differs  as NtWaitForSingleObject
RSL_EXPORT NTSTATUS NTAPI NtWaitForMultipleObjects(ULONG Count, HANDLE* Handles, WAIT_TYPE WaitType,
                                                   BOOLEAN Alertable, PLARGE_INTEGER Timeout) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Count == 0 || Count > MAXIMUM_WAIT_OBJECTS) return STATUS_INVALID_PARAMETER_1;
    if (WaitType != WaitAll && WaitType != WaitAny) return STATUS_INVALID_PARAMETER_3;
    const KPROCESSOR_MODE mode = ps::previous_mode();
    ::Timeout timeout;
    if (auto read = timeout.read(Timeout, mode); !read) return read.failure().nt();
    HANDLE handles[MAXIMUM_WAIT_OBJECTS];
    if (auto read = ps::copy_in(handles, Handles, Count * sizeof(HANDLE), mode); !read)
        return read.failure().nt();
    Objects objects;
    for (; objects.count < Count; ++objects.count) {
        auto found = ob::reference_handle(handles[objects.count], nullptr, SYNCHRONIZE, mode);
        if (!found) return found.failure().nt();
        objects.bodies[objects.count] = *found;
        objects.headers[objects.count] = header_to_wait_for(*found);
        if (objects.headers[objects.count] == nullptr) {
            ob::dereference(*found);
            return STATUS_OBJECT_TYPE_MISMATCH;
        }
    }
    // The blocks of 64 waits take 3 KB: too much for the stack of a thread that is in a driver.
    void* blocks = mm::allocate(Count * sizeof(KWAIT_BLOCK), mm::pool_tag("ObWa"));
    if (blocks == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    const NTSTATUS status =
        ke::wait_for({.objects = objects.headers,
                      .count = Count,
                      .kind = WaitType == WaitAll ? ke::WaitKind::kAll : ke::WaitKind::kAny,
                      .reason = UserRequest,
                      .mode = mode,
                      .alertable = Alertable != 0,
                      .deadline = ke::deadline_of(timeout.pointer),
                      .blocks = static_cast<KWAIT_BLOCK*>(blocks)});
    mm::free(blocks);
    return status;
}
/// ZwWaitForMultipleObjects (ntobapi.h): NtWaitForMultipleObjects for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtWaitForMultipleObjects
///   Source   learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-waitformultipleobjects
///   Differs  as NtWaitForMultipleObjects
RSL_EXPORT NTSTATUS NTAPI ZwWaitForMultipleObjects(ULONG Count, HANDLE* Handles, WAIT_TYPE WaitType,
                                                   BOOLEAN Alertable, PLARGE_INTEGER Timeout) {
    return ps::as_kernel(&NtWaitForMultipleObjects, Count, Handles, WaitType, Alertable, Timeout);
}
