// SPDX-License-Identifier: GPL-2.0-only
// Handles: whose table they are of, and whether they are there.
#include "kernel/ob/object.hpp"
#include "abi/types/status.h"
#include "kernel/ps/process.hpp"
#include "kernel/vf/thunks.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint32_t kViolation = DRIVER_VERIFIER_DETECTED_VIOLATION;

bool is_pseudo(HANDLE handle) {
    const auto value = static_cast<int64_t>(number_of(handle));
    return value == -1 || value == -2;
}
bool is_kernel(HANDLE handle) { return static_cast<int64_t>(number_of(handle)) < 0; }
bool in_system_process() { return &ps::current_process() == &ps::system_process(); }

void check_reference(const Caller& caller, HANDLE handle, POBJECT_TYPE type, KPROCESSOR_MODE mode) {
    if (!caller.has(kMiscellaneous) || is_pseudo(handle)) return;
    if (handle == nullptr) {
        stop(caller, {kViolation,
                      {0xF5, 0, number_of(type), 0},
                      "the driver passed a NULL handle to ObReferenceObjectByHandle",
                      "look where the handle comes from: opening it may have failed"});
    }
    if (mode == KernelMode && !is_kernel(handle) && !in_system_process()) {
        stop(caller, {kViolation,
                      {0xF6, number_of(handle), number_of(&ps::current_process()), caller.address},
                      "the driver references a user-mode handle as kernel mode",
                      "pass Irp->RequestorMode as the access mode: the program chose this handle, "
                      "and its rights must be "
                      "checked"});
    }
    if (mode == UserMode && is_kernel(handle) && in_system_process()) {
        stop(caller, {kViolation,
                      {0xF7, number_of(handle), number_of(type), UserMode},
                      "the driver references a kernel handle as user mode in the system process",
                      "pass KernelMode for handles that were opened with OBJ_KERNEL_HANDLE"});
    }
}

[[noreturn]] void bad_kernel_handle(const Caller& caller, HANDLE handle) {
    stop(caller, {INVALID_KERNEL_HANDLE,
                  {number_of(handle), number_of(&ps::system_process()), 0, 1},
                  "the driver referenced a kernel handle that does not exist",
                  "it was closed before, or never opened: find who closed it"});
}

}  // namespace

namespace thunk {

NTSTATUS NTAPI ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK DesiredAccess,
                                         POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
                                         PVOID* Object,
                                         POBJECT_HANDLE_INFORMATION HandleInformation) {
    RSL_VF_CALLER();
    check_reference(caller, Handle, ObjectType, AccessMode);
    const NTSTATUS status = ::ObReferenceObjectByHandle(Handle, DesiredAccess, ObjectType,
                                                        AccessMode, Object, HandleInformation);
    if (status != STATUS_INVALID_HANDLE || AccessMode != KernelMode || caller.driver == nullptr)
        return status;
    if (caller.has(kMiscellaneous) && (is_kernel(Handle) || in_system_process()))
        bad_kernel_handle(caller, Handle);
    stop(caller, {kViolation,
                  {0x3C, number_of(Handle), number_of(ObjectType), 0},
                  "the driver called ObReferenceObjectByHandle with a bad handle",
                  "look where the handle comes from; one of a program needs UserMode"});
}

NTSTATUS NTAPI ZwClose(HANDLE Handle) {
    RSL_VF_CALLER();
    const NTSTATUS status = ::ZwClose(Handle);
    if (!caller.has(kMiscellaneous) || is_pseudo(Handle)) return status;
    if (status != STATUS_INVALID_HANDLE && status != STATUS_HANDLE_NOT_CLOSABLE) return status;
    if (!is_kernel(Handle) && !in_system_process()) return status;
    const bool invalid = status == STATUS_INVALID_HANDLE;
    stop(caller, {INVALID_KERNEL_HANDLE,
                  {number_of(Handle), invalid, 0, 0},
                  invalid ? "the driver closed a kernel handle that does not exist"
                          : "the driver closed a protected handle",
                  "close each handle once"});
}

}  // namespace thunk
}  // namespace rsl::vf
