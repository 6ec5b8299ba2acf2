// SPDX-License-Identifier: GPL-2.0-only
// Security descriptors of objects, and callbacks on handle operations.
#include "abi/functions/export.h"
#include "abi/functions/ob.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/access.hpp"
#include "kernel/ob/callbacks.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/user_memory.hpp"
#include "kernel/se/descriptor.hpp"
#include "kernel/se/object_security.hpp"

using namespace rsl;

/// ObGetObjectSecurity (ntifs.h): a copy of an object's security descriptor.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, with nullptr when the object has none, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller, until ObReleaseObjectSecurity
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-obgetobjectsecurity
///   Differs  always a copy, so MemoryAllocated is TRUE
RSL_EXPORT NTSTATUS NTAPI ObGetObjectSecurity(PVOID Object,
                                              PSECURITY_DESCRIPTOR* SecurityDescriptor,
                                              PBOOLEAN MemoryAllocated) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto copy = se::copy_object_security(Object, se::kAllParts);
    if (!copy) return copy.failure().nt();
    *SecurityDescriptor = *copy;
    *MemoryAllocated = *copy != nullptr ? TRUE : FALSE;
    return STATUS_SUCCESS;
}
/// ObReleaseObjectSecurity (ntifs.h) frees it.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-obreleaseobjectsecurity
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ObReleaseObjectSecurity(PSECURITY_DESCRIPTOR SecurityDescriptor, BOOLEAN) {
    if (SecurityDescriptor != nullptr) mm::free_tagged(SecurityDescriptor, se::kDescriptorTag);
}

/// ObSetSecurityObjectByPointer (ntosp.h) replaces parts of an object's security descriptor.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_SECURITY_DESCR, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the descriptor stays the caller's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwsetsecurityobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ObSetSecurityObjectByPointer(PVOID Object,
                                                       SECURITY_INFORMATION SecurityInformation,
                                                       PSECURITY_DESCRIPTOR SecurityDescriptor) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (!se::is_valid_descriptor(SecurityDescriptor)) return STATUS_INVALID_SECURITY_DESCR;
    return se::set_object_security(Object, SecurityInformation, SecurityDescriptor).status().nt();
}

/// NtSetSecurityObject (ntifs.h) replaces parts of the security descriptor of a handle's object.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED,
///   STATUS_INVALID_SECURITY_DESCR Owner    the descriptor stays the caller's Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntsetsecurityobject Differs
///   files: the descriptor of the file object, no request goes to the driver
RSL_EXPORT NTSTATUS NTAPI NtSetSecurityObject(HANDLE Handle,
                                              SECURITY_INFORMATION SecurityInformation,
                                              PSECURITY_DESCRIPTOR SecurityDescriptor) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const KPROCESSOR_MODE mode = ps::previous_mode();
    if (SecurityDescriptor == nullptr) return STATUS_ACCESS_VIOLATION;
    auto body = ob::reference_handle(Handle, nullptr, se::access_to_set(SecurityInformation), mode);
    if (!body) return body.failure().nt();
    const auto object = ob::adopt(*body);
    auto descriptor = se::capture_descriptor(SecurityDescriptor, mode);
    if (!descriptor) return descriptor.failure().nt();
    const auto done = se::set_object_security(object.get(), SecurityInformation, *descriptor);
    mm::free_tagged(*descriptor, se::kDescriptorTag);
    return done.status().nt();
}
/// ZwSetSecurityObject (ntifs.h): NtSetSecurityObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtSetSecurityObject
///   Owner    as NtSetSecurityObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwsetsecurityobject
///   Differs  as NtSetSecurityObject
RSL_EXPORT NTSTATUS NTAPI ZwSetSecurityObject(HANDLE Handle,
                                              SECURITY_INFORMATION SecurityInformation,
                                              PSECURITY_DESCRIPTOR SecurityDescriptor) {
    return ps::as_kernel(&NtSetSecurityObject, Handle, SecurityInformation, SecurityDescriptor);
}

/// NtQuerySecurityObject (ntifs.h) copies parts of the security descriptor of a handle's object.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL with LengthNeeded, STATUS_INVALID_HANDLE,
///            STATUS_ACCESS_DENIED
///   Owner    the caller owns the buffer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwquerysecurityobject
///   Differs  as NtSetSecurityObject; an object without a descriptor answers with an empty one
RSL_EXPORT NTSTATUS NTAPI NtQuerySecurityObject(HANDLE Handle,
                                                SECURITY_INFORMATION SecurityInformation,
                                                PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                ULONG Length, PULONG LengthNeeded) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const KPROCESSOR_MODE mode = ps::previous_mode();
    auto body =
        ob::reference_handle(Handle, nullptr, se::access_to_query(SecurityInformation), mode);
    if (!body) return body.failure().nt();
    const auto object = ob::adopt(*body);
    auto copy = se::copy_object_security(object.get(), SecurityInformation);
    if (!copy) return copy.failure().nt();
    const SECURITY_DESCRIPTOR_RELATIVE empty = {.Revision = SECURITY_DESCRIPTOR_REVISION,
                                                .Control = SE_SELF_RELATIVE};
    const void* source = *copy != nullptr ? *copy : &empty;
    const ULONG bytes = se::descriptor_length(source);
    auto told = ps::write_out(LengthNeeded, bytes, mode);
    if (told)
        told = Length < bytes ? Result<void>(Status::kBufferTooSmall)
                              : ps::copy_out(SecurityDescriptor, source, bytes, mode);
    if (*copy != nullptr) mm::free_tagged(*copy, se::kDescriptorTag);
    return told.status().nt();
}
/// ZwQuerySecurityObject (ntifs.h): NtQuerySecurityObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtQuerySecurityObject
///   Owner    as NtQuerySecurityObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwquerysecurityobject
///   Differs  as NtQuerySecurityObject
RSL_EXPORT NTSTATUS NTAPI ZwQuerySecurityObject(HANDLE Handle,
                                                SECURITY_INFORMATION SecurityInformation,
                                                PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                ULONG Length, PULONG LengthNeeded) {
    return ps::as_kernel(&NtQuerySecurityObject, Handle, SecurityInformation, SecurityDescriptor,
                         Length, LengthNeeded);
}

/// ObRegisterCallbacks (wdm.h) watches handles to processes and threads being made.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, STATUS_INVALID_PARAMETER,
///            STATUS_INSUFFICIENT_RESOURCES
///   Owner    the driver, until ObUnRegisterCallbacks
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obregistercallbacks
///   Differs  the image need not be signed; at most 32 registrations of 8 operations; no desktops
RSL_EXPORT NTSTATUS NTAPI ObRegisterCallbacks(POB_CALLBACK_REGISTRATION CallbackRegistration,
                                              PVOID* RegistrationHandle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto registration = ob::register_callbacks(*CallbackRegistration);
    if (!registration) return registration.failure().nt();
    *RegistrationHandle = *registration;
    return STATUS_SUCCESS;
}
/// ObUnRegisterCallbacks (wdm.h) ends it: no callback runs any more when it returns.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    the registration is gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obunregistercallbacks
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ObUnRegisterCallbacks(PVOID RegistrationHandle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ob::unregister_callbacks(RegistrationHandle);
}
/// ObGetFilterVersion (wdm.h): the version of registrations that is understood.
///   IRQL     <= APC_LEVEL
///   Returns  OB_FLT_REGISTRATION_VERSION
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obgetfilterversion
///   Differs  nothing known
RSL_EXPORT USHORT NTAPI ObGetFilterVersion(VOID) { return OB_FLT_REGISTRATION_VERSION; }
