// SPDX-License-Identifier: GPL-2.0-only
// From what a caller asks for to a handle: generic rights, the object's security, callbacks; and
// duplicates of handles.
#include "kernel/ob/access.hpp"

#include "abi/types/ps.h"
#include "abi/types/status.h"
#include "kernel/ob/callbacks.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/se/access_check.hpp"

namespace rsl::ob {
namespace {

struct Insertion {
    void* body;
    uint32_t attributes;
    HandleTable* table;  // nullptr: as insert_handle() chooses
};
Result<HANDLE> insert(void* context, uint32_t granted) {
    const auto& insertion = *static_cast<Insertion*>(context);
    if (insertion.table == nullptr)
        return insert_handle(insertion.body, granted, insertion.attributes);
    return insertion.table->insert(insertion.body, granted, insertion.attributes);
}

}  // namespace

Result<uint32_t> grant_access(void* body, uint32_t desired_access, KPROCESSOR_MODE mode) {
    const ObjectHeader& header = header_of(body);
    const ObjectType& type = *header.type;
    uint32_t wanted = map_generic(desired_access, type.mapping);
    if (mode != KernelMode) return se::check_object_access(body, wanted);
    if ((wanted & MAXIMUM_ALLOWED) != 0) wanted = (wanted & ~MAXIMUM_ALLOWED) | type.valid_access;
    return wanted;
}

Result<HANDLE> create_handle(void* body, uint32_t desired_access, uint32_t attributes,
                             KPROCESSOR_MODE mode) {
    // OBJ_FORCE_ACCESS_CHECK: a kernel caller is checked like a user.
    if ((attributes & OBJ_FORCE_ACCESS_CHECK) != 0) mode = UserMode;
    const uint32_t granted = RSL_TRY(grant_access(body, desired_access, mode));
    Insertion insertion{body, attributes, nullptr};
    return with_callbacks({.kind = OB_OPERATION_HANDLE_CREATE,
                           .body = body,
                           .kernel_handle = (attributes & OBJ_KERNEL_HANDLE) != 0},
                          granted, &insert, &insertion);
}

Result<HANDLE> duplicate_handle(const Duplication& what, KPROCESSOR_MODE mode) {
    OBJECT_HANDLE_INFORMATION before;
    const bool elsewhere = is_kernel_handle(what.handle) || what.handle == NtCurrentProcess() ||
                           what.handle == NtCurrentThread();
    void* body =
        RSL_TRY(elsewhere ? reference_handle(what.handle, nullptr, 0, mode, &before)
                          : what.source->handles->lookup(what.handle, nullptr, 0, mode, &before));
    const auto object = adopt(body);
    if ((what.options & DUPLICATE_CLOSE_SOURCE) != 0) {
        // A protected source stays open; the duplicate is made all the same, as in NT.
        (elsewhere ? close_handle(what.handle, mode)
                   : what.source->handles->close(what.handle, mode))
            .ignore("the source may be gone already");
    }
    if (what.target == nullptr) return HANDLE{nullptr};
    const ObjectType& type = *header_of(body).type;
    uint32_t wanted = before.GrantedAccess;
    if ((what.options & DUPLICATE_SAME_ACCESS) == 0) {
        wanted = map_generic(what.desired_access, type.mapping);
        // Rights that the source lacks have to be granted by the object.
        if ((wanted & ~before.GrantedAccess) != 0)
            wanted = RSL_TRY(grant_access(body, wanted, mode));
    }
    const uint32_t attributes =
        (what.options & DUPLICATE_SAME_ATTRIBUTES) != 0 ? before.HandleAttributes : what.attributes;
    const bool kernel_handle = (what.attributes & OBJ_KERNEL_HANDLE) != 0 && mode == KernelMode;
    Insertion insertion{body, attributes | (kernel_handle ? OBJ_KERNEL_HANDLE : 0),
                        kernel_handle ? nullptr : what.target->handles};
    return with_callbacks({.kind = OB_OPERATION_HANDLE_DUPLICATE,
                           .body = body,
                           .kernel_handle = kernel_handle,
                           .source = what.source,
                           .target = what.target},
                          wanted, &insert, &insertion);
}

}  // namespace rsl::ob
