// SPDX-License-Identifier: GPL-2.0-only
// Descriptors of objects: made for a new one, changed, read.
#include "abi/functions/export.h"
#include "abi/functions/se.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/se/assign.hpp"
#include "kernel/se/descriptor.hpp"

using namespace rsl;

/// SeAssignSecurity (wdm.h) builds the descriptor of a new object of its parent's, the caller's
/// wish and the subject.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_OWNER, STATUS_PRIVILEGE_NOT_HELD,
///   STATUS_INVALID_SECURITY_DESCR,
///            STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller, until SeDeassignSecurity
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-seassignsecurity
///   Differs  the memory is nonpaged
RSL_EXPORT NTSTATUS NTAPI SeAssignSecurity(PSECURITY_DESCRIPTOR ParentDescriptor,
                                           PSECURITY_DESCRIPTOR ExplicitDescriptor,
                                           PSECURITY_DESCRIPTOR* NewDescriptor,
                                           BOOLEAN IsDirectoryObject,
                                           PSECURITY_SUBJECT_CONTEXT SubjectContext,
                                           PGENERIC_MAPPING GenericMapping, POOL_TYPE PoolType) {
    return SeAssignSecurityEx(ParentDescriptor, ExplicitDescriptor, NewDescriptor, nullptr,
                              IsDirectoryObject, 0, SubjectContext, GenericMapping, PoolType);
}

/// SeAssignSecurityEx (wdm.h) is SeAssignSecurity with automatic inheritance and other choices.
///   IRQL     PASSIVE_LEVEL
///   Returns  as SeAssignSecurity
///   Owner    the caller, until SeDeassignSecurity
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-seassignsecurityex
///   Differs  ObjectType is not looked at: entries for object types are inherited by every type
RSL_EXPORT NTSTATUS NTAPI SeAssignSecurityEx(PSECURITY_DESCRIPTOR ParentDescriptor,
                                             PSECURITY_DESCRIPTOR ExplicitDescriptor,
                                             PSECURITY_DESCRIPTOR* NewDescriptor, GUID*,
                                             BOOLEAN IsDirectoryObject, ULONG AutoInheritFlags,
                                             PSECURITY_SUBJECT_CONTEXT SubjectContext,
                                             PGENERIC_MAPPING GenericMapping, POOL_TYPE) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto made = se::assign_security(
        {.parent = ParentDescriptor,
         .wish = ExplicitDescriptor,
         .container = IsDirectoryObject != 0,
         .flags = AutoInheritFlags,
         .mapping = GenericMapping != nullptr ? *GenericMapping : GENERIC_MAPPING{},
         .mode = ps::previous_mode()},
        *SubjectContext);
    if (!made) return made.failure().nt();
    *NewDescriptor = *made;
    return STATUS_SUCCESS;
}

/// SeDeassignSecurity (wdm.h) frees a descriptor that SeAssignSecurity made.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-sedeassignsecurity
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI SeDeassignSecurity(PSECURITY_DESCRIPTOR* SecurityDescriptor) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (*SecurityDescriptor != nullptr) mm::free(*SecurityDescriptor);
    *SecurityDescriptor = nullptr;
    return STATUS_SUCCESS;
}

/// SeQuerySecurityDescriptorInfo (ntifs.h) copies the parts of a descriptor that are asked for.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL with the size needed
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sequerysecuritydescriptorinfo
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI SeQuerySecurityDescriptorInfo(
    PSECURITY_INFORMATION SecurityInformation, PSECURITY_DESCRIPTOR SecurityDescriptor,
    PULONG Length, PSECURITY_DESCRIPTOR* ObjectsSecurityDescriptor) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const SECURITY_DESCRIPTOR_RELATIVE empty = {.Revision = SECURITY_DESCRIPTOR_REVISION,
                                                .Control = SE_SELF_RELATIVE};
    const void* source =
        *ObjectsSecurityDescriptor != nullptr ? *ObjectsSecurityDescriptor : &empty;
    uint32_t bytes = *Length;
    const auto made = se::make_relative(source, *SecurityInformation, SecurityDescriptor, bytes);
    *Length = bytes;
    return made.status().nt();
}

/// SeSetSecurityDescriptorInfo (ntifs.h) replaces parts of an object's descriptor.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BAD_DESCRIPTOR_FORMAT, STATUS_NO_SECURITY_ON_OBJECT, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller frees the old and the new descriptor
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sesetsecuritydescriptorinfo
///   Differs  the memory is nonpaged
RSL_EXPORT NTSTATUS NTAPI SeSetSecurityDescriptorInfo(
    PVOID Object, PSECURITY_INFORMATION SecurityInformation,
    PSECURITY_DESCRIPTOR ModificationDescriptor, PSECURITY_DESCRIPTOR* ObjectsSecurityDescriptor,
    POOL_TYPE PoolType, PGENERIC_MAPPING GenericMapping) {
    return SeSetSecurityDescriptorInfoEx(Object, SecurityInformation, ModificationDescriptor,
                                         ObjectsSecurityDescriptor, 0, PoolType, GenericMapping);
}

/// SeSetSecurityDescriptorInfoEx (ntifs.h) is SeSetSecurityDescriptorInfo with automatic inheritance.
///   IRQL     PASSIVE_LEVEL
///   Returns  as SeSetSecurityDescriptorInfo
///   Owner    as SeSetSecurityDescriptorInfo
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sesetsecuritydescriptorinfoex
///   Differs  as SeSetSecurityDescriptorInfo
RSL_EXPORT NTSTATUS NTAPI SeSetSecurityDescriptorInfoEx(
    PVOID, PSECURITY_INFORMATION SecurityInformation, PSECURITY_DESCRIPTOR ModificationDescriptor,
    PSECURITY_DESCRIPTOR* ObjectsSecurityDescriptor, ULONG AutoInheritFlags, POOL_TYPE,
    PGENERIC_MAPPING GenericMapping) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (*ObjectsSecurityDescriptor == nullptr) return STATUS_NO_SECURITY_ON_OBJECT;
    if (!se::is_relative(*ObjectsSecurityDescriptor)) return STATUS_BAD_DESCRIPTOR_FORMAT;
    auto made = se::change_security(
        *ObjectsSecurityDescriptor, ModificationDescriptor, *SecurityInformation, AutoInheritFlags,
        GenericMapping != nullptr ? *GenericMapping : GENERIC_MAPPING{});
    if (!made) return made.failure().nt();
    *ObjectsSecurityDescriptor = *made;
    return STATUS_SUCCESS;
}
