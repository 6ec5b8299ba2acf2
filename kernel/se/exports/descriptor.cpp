// SPDX-License-Identifier: GPL-2.0-only
// Security descriptors.
#include "kernel/se/descriptor.hpp"
#include "abi/functions/export.h"
#include "abi/functions/se.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/se/acl.hpp"
#include "kernel/se/object_security.hpp"

using namespace rsl;

namespace {

SECURITY_DESCRIPTOR& absolute(PSECURITY_DESCRIPTOR descriptor) {
    return *static_cast<SECURITY_DESCRIPTOR*>(descriptor);
}
bool is_known(PSECURITY_DESCRIPTOR descriptor) {
    return absolute(descriptor).Revision == SECURITY_DESCRIPTOR_REVISION;
}
/// Only an absolute descriptor can be changed piece by piece.
NTSTATUS check_absolute(PSECURITY_DESCRIPTOR descriptor) {
    if (!is_known(descriptor)) return STATUS_UNKNOWN_REVISION;
    return se::is_relative(descriptor) ? STATUS_INVALID_SECURITY_DESCR : STATUS_SUCCESS;
}
void set_bits(PSECURITY_DESCRIPTOR descriptor, USHORT bits, bool on) {
    auto& control = absolute(descriptor).Control;
    control = static_cast<USHORT>(on ? control | bits : control & ~bits);
}
bool has_bits(PSECURITY_DESCRIPTOR descriptor, USHORT bits) {
    return (absolute(descriptor).Control & bits) != 0;
}

}  // namespace

/// RtlCreateSecurityDescriptor (wdm.h) makes an empty absolute descriptor in the caller's memory.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_UNKNOWN_REVISION
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlcreatesecuritydescriptor
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlCreateSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                      ULONG Revision) {
    if (Revision != SECURITY_DESCRIPTOR_REVISION) return STATUS_UNKNOWN_REVISION;
    absolute(SecurityDescriptor) = {.Revision = SECURITY_DESCRIPTOR_REVISION};
    return STATUS_SUCCESS;
}

/// RtlValidSecurityDescriptor (wdm.h) checks a descriptor of either form, its SIDs and lists.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlvalidsecuritydescriptor
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI RtlValidSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor) {
    return SecurityDescriptor != nullptr && se::is_valid_descriptor(SecurityDescriptor) ? TRUE
                                                                                        : FALSE;
}

/// RtlValidRelativeSecurityDescriptor (wdm.h) checks a self-relative descriptor from elsewhere.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlvalidrelativesecuritydescriptor
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI RtlValidRelativeSecurityDescriptor(
    PSECURITY_DESCRIPTOR SecurityDescriptor, ULONG SecurityDescriptorLength,
    SECURITY_INFORMATION RequiredInformation) {
    return se::is_valid_relative(SecurityDescriptor, SecurityDescriptorLength, RequiredInformation)
               ? TRUE
               : FALSE;
}

/// SeValidSecurityDescriptor (wdm.h) checks a self-relative descriptor of a length, which has to
/// name an owner.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-sevalidsecuritydescriptor
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI SeValidSecurityDescriptor(ULONG Length,
                                                   PSECURITY_DESCRIPTOR SecurityDescriptor) {
    return se::is_valid_relative(SecurityDescriptor, Length, OWNER_SECURITY_INFORMATION) ? TRUE
                                                                                         : FALSE;
}

/// RtlLengthSecurityDescriptor (wdm.h) tells the bytes of a valid descriptor with all its parts.
///   IRQL     <= APC_LEVEL
///   Returns  the length
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-rtllengthsecuritydescriptor
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI RtlLengthSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor) {
    return se::descriptor_length(SecurityDescriptor);
}

/// RtlSetDaclSecurityDescriptor (wdm.h) sets the DACL of an absolute descriptor.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_UNKNOWN_REVISION, STATUS_INVALID_SECURITY_DESCR (self-relative)
///   Owner    the list stays the caller's and must outlive the descriptor
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlsetdaclsecuritydescriptor
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlSetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                       BOOLEAN DaclPresent, PACL Dacl,
                                                       BOOLEAN DaclDefaulted) {
    if (const NTSTATUS bad = check_absolute(SecurityDescriptor); bad < 0) return bad;
    set_bits(SecurityDescriptor, SE_DACL_PRESENT, DaclPresent != 0);
    set_bits(SecurityDescriptor, SE_DACL_DEFAULTED, DaclPresent != 0 && DaclDefaulted != 0);
    absolute(SecurityDescriptor).Dacl = DaclPresent ? Dacl : nullptr;
    return STATUS_SUCCESS;
}

/// RtlSetSaclSecurityDescriptor (ntifs.h) sets the SACL of an absolute descriptor.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_UNKNOWN_REVISION, STATUS_INVALID_SECURITY_DESCR (self-relative)
///   Owner    the list stays the caller's and must outlive the descriptor
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlsetsaclsecuritydescriptor
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlSetSaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                       BOOLEAN SaclPresent, PACL Sacl,
                                                       BOOLEAN SaclDefaulted) {
    if (const NTSTATUS bad = check_absolute(SecurityDescriptor); bad < 0) return bad;
    set_bits(SecurityDescriptor, SE_SACL_PRESENT, SaclPresent != 0);
    set_bits(SecurityDescriptor, SE_SACL_DEFAULTED, SaclPresent != 0 && SaclDefaulted != 0);
    absolute(SecurityDescriptor).Sacl = SaclPresent ? Sacl : nullptr;
    return STATUS_SUCCESS;
}

/// RtlSetOwnerSecurityDescriptor (ntifs.h) sets the owner of an absolute descriptor.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_UNKNOWN_REVISION, STATUS_INVALID_SECURITY_DESCR (self-relative)
///   Owner    the SID stays the caller's and must outlive the descriptor
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlsetownersecuritydescriptor
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlSetOwnerSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                        PSID Owner, BOOLEAN OwnerDefaulted) {
    if (const NTSTATUS bad = check_absolute(SecurityDescriptor); bad < 0) return bad;
    absolute(SecurityDescriptor).Owner = Owner;
    set_bits(SecurityDescriptor, SE_OWNER_DEFAULTED, OwnerDefaulted != 0);
    return STATUS_SUCCESS;
}

/// RtlSetGroupSecurityDescriptor (ntifs.h) sets the group of an absolute descriptor.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_UNKNOWN_REVISION, STATUS_INVALID_SECURITY_DESCR (self-relative)
///   Owner    the SID stays the caller's and must outlive the descriptor
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlsetgroupsecuritydescriptor
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlSetGroupSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                        PSID Group, BOOLEAN GroupDefaulted) {
    if (const NTSTATUS bad = check_absolute(SecurityDescriptor); bad < 0) return bad;
    absolute(SecurityDescriptor).Group = Group;
    set_bits(SecurityDescriptor, SE_GROUP_DEFAULTED, GroupDefaulted != 0);
    return STATUS_SUCCESS;
}

/// RtlGetDaclSecurityDescriptor (ntifs.h) finds the DACL of a descriptor of either form.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_UNKNOWN_REVISION
///   Owner    the list is the descriptor's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlgetdaclsecuritydescriptor
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlGetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                       PBOOLEAN DaclPresent, PACL* Dacl,
                                                       PBOOLEAN DaclDefaulted) {
    if (!is_known(SecurityDescriptor)) return STATUS_UNKNOWN_REVISION;
    *DaclPresent = has_bits(SecurityDescriptor, SE_DACL_PRESENT) ? TRUE : FALSE;
    if (!*DaclPresent) return STATUS_SUCCESS;
    *Dacl = const_cast<PACL>(se::dacl_of(SecurityDescriptor));
    *DaclDefaulted = has_bits(SecurityDescriptor, SE_DACL_DEFAULTED) ? TRUE : FALSE;
    return STATUS_SUCCESS;
}

/// RtlGetSaclSecurityDescriptor (ntifs.h) finds the SACL of a descriptor of either form.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_UNKNOWN_REVISION
///   Owner    the list is the descriptor's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlgetsaclsecuritydescriptor
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlGetSaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                       PBOOLEAN SaclPresent, PACL* Sacl,
                                                       PBOOLEAN SaclDefaulted) {
    if (!is_known(SecurityDescriptor)) return STATUS_UNKNOWN_REVISION;
    *SaclPresent = has_bits(SecurityDescriptor, SE_SACL_PRESENT) ? TRUE : FALSE;
    if (!*SaclPresent) return STATUS_SUCCESS;
    *Sacl = const_cast<PACL>(se::sacl_of(SecurityDescriptor));
    *SaclDefaulted = has_bits(SecurityDescriptor, SE_SACL_DEFAULTED) ? TRUE : FALSE;
    return STATUS_SUCCESS;
}

/// RtlGetOwnerSecurityDescriptor (ntifs.h) finds the owner of a descriptor of either form.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_UNKNOWN_REVISION
///   Owner    the SID is the descriptor's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlgetownersecuritydescriptor
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlGetOwnerSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                        PSID* Owner, PBOOLEAN OwnerDefaulted) {
    if (!is_known(SecurityDescriptor)) return STATUS_UNKNOWN_REVISION;
    *Owner = const_cast<SID*>(se::owner_of(SecurityDescriptor));
    *OwnerDefaulted = has_bits(SecurityDescriptor, SE_OWNER_DEFAULTED) ? TRUE : FALSE;
    return STATUS_SUCCESS;
}

/// RtlGetGroupSecurityDescriptor (ntifs.h) finds the group of a descriptor of either form.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_UNKNOWN_REVISION
///   Owner    the SID is the descriptor's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlgetgroupsecuritydescriptor
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlGetGroupSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                        PSID* Group, PBOOLEAN GroupDefaulted) {
    if (!is_known(SecurityDescriptor)) return STATUS_UNKNOWN_REVISION;
    *Group = const_cast<SID*>(se::group_of(SecurityDescriptor));
    *GroupDefaulted = has_bits(SecurityDescriptor, SE_GROUP_DEFAULTED) ? TRUE : FALSE;
    return STATUS_SUCCESS;
}

/// RtlGetControlSecurityDescriptor (ntifs.h) tells the control word and the revision.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_UNKNOWN_REVISION
///   Source   learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-getsecuritydescriptorcontrol
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlGetControlSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                          PSECURITY_DESCRIPTOR_CONTROL Control,
                                                          PULONG Revision) {
    *Revision = absolute(SecurityDescriptor).Revision;
    if (!is_known(SecurityDescriptor)) return STATUS_UNKNOWN_REVISION;
    *Control = se::control_of(SecurityDescriptor);
    return STATUS_SUCCESS;
}

/// RtlAbsoluteToSelfRelativeSD (ntifs.h) packs an absolute descriptor into one block.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BAD_DESCRIPTOR_FORMAT, STATUS_BUFFER_TOO_SMALL with the size needed
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlabsolutetoselfrelativesd
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlAbsoluteToSelfRelativeSD(
    PSECURITY_DESCRIPTOR AbsoluteSecurityDescriptor,
    PSECURITY_DESCRIPTOR SelfRelativeSecurityDescriptor, PULONG BufferLength) {
    if (se::is_relative(AbsoluteSecurityDescriptor)) return STATUS_BAD_DESCRIPTOR_FORMAT;
    uint32_t bytes = *BufferLength;
    const auto packed =
        se::make_relative(AbsoluteSecurityDescriptor, SelfRelativeSecurityDescriptor, bytes);
    *BufferLength = bytes;
    return packed.status().nt();
}

/// RtlSelfRelativeToAbsoluteSD (ntifs.h) unpacks a block into a descriptor and four parts.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BAD_DESCRIPTOR_FORMAT, STATUS_BUFFER_TOO_SMALL with the sizes needed
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlselfrelativetoabsolutesd
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlSelfRelativeToAbsoluteSD(
    PSECURITY_DESCRIPTOR SelfRelativeSecurityDescriptor,
    PSECURITY_DESCRIPTOR AbsoluteSecurityDescriptor, PULONG AbsoluteSecurityDescriptorSize,
    PACL Dacl, PULONG DaclSize, PACL Sacl, PULONG SaclSize, PSID Owner, PULONG OwnerSize,
    PSID PrimaryGroup, PULONG PrimaryGroupSize) {
    if (!se::is_relative(SelfRelativeSecurityDescriptor)) return STATUS_BAD_DESCRIPTOR_FORMAT;
    const SID* owner = se::owner_of(SelfRelativeSecurityDescriptor);
    const SID* group = se::group_of(SelfRelativeSecurityDescriptor);
    const ACL* dacl = se::dacl_of(SelfRelativeSecurityDescriptor);
    const ACL* sacl = se::sacl_of(SelfRelativeSecurityDescriptor);
    bool fits = true;
    const auto claim = [&fits](PULONG size, ULONG needed) {
        fits = fits && *size >= needed;
        *size = needed;
    };
    claim(AbsoluteSecurityDescriptorSize, sizeof(SECURITY_DESCRIPTOR));
    claim(OwnerSize, owner != nullptr ? se::sid_length(*owner) : 0);
    claim(PrimaryGroupSize, group != nullptr ? se::sid_length(*group) : 0);
    claim(DaclSize, dacl != nullptr ? dacl->AclSize : 0);
    claim(SaclSize, sacl != nullptr ? sacl->AclSize : 0);
    if (!fits) return STATUS_BUFFER_TOO_SMALL;
    std::memcpy(Owner, owner, *OwnerSize);
    std::memcpy(PrimaryGroup, group, *PrimaryGroupSize);
    std::memcpy(Dacl, dacl, *DaclSize);
    std::memcpy(Sacl, sacl, *SaclSize);
    absolute(AbsoluteSecurityDescriptor) = {
        .Revision = SECURITY_DESCRIPTOR_REVISION,
        .Control =
            static_cast<USHORT>(se::control_of(SelfRelativeSecurityDescriptor) & ~SE_SELF_RELATIVE),
        .Owner = owner != nullptr ? Owner : nullptr,
        .Group = group != nullptr ? PrimaryGroup : nullptr,
        .Sacl = sacl != nullptr ? Sacl : nullptr,
        .Dacl = dacl != nullptr ? Dacl : nullptr};
    return STATUS_SUCCESS;
}

/// SeCaptureSecurityDescriptor (ntifs.h) copies a caller's descriptor, checked, as one block.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ACCESS_VIOLATION, STATUS_INVALID_SID, STATUS_INVALID_ACL,
///            STATUS_UNKNOWN_REVISION, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller, until SeReleaseSecurityDescriptor
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI SeCaptureSecurityDescriptor(
    PSECURITY_DESCRIPTOR OriginalSecurityDescriptor, KPROCESSOR_MODE CurrentMode, POOL_TYPE,
    BOOLEAN CaptureIfKernel, PSECURITY_DESCRIPTOR* CapturedSecurityDescriptor) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (CurrentMode == KernelMode && !CaptureIfKernel) {
        *CapturedSecurityDescriptor = OriginalSecurityDescriptor;
        return STATUS_SUCCESS;
    }
    auto copy = se::capture_descriptor(OriginalSecurityDescriptor, CurrentMode);
    if (!copy) return copy.failure().nt();
    *CapturedSecurityDescriptor = *copy;
    return STATUS_SUCCESS;
}

/// SeReleaseSecurityDescriptor (ntifs.h) frees what SeCaptureSecurityDescriptor copied.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI
SeReleaseSecurityDescriptor(PSECURITY_DESCRIPTOR CapturedSecurityDescriptor,
                            KPROCESSOR_MODE CurrentMode, BOOLEAN CaptureIfKernelMode) {
    const bool copied = CurrentMode != KernelMode || CaptureIfKernelMode;
    if (copied && CapturedSecurityDescriptor != nullptr) mm::free(CapturedSecurityDescriptor);
    return STATUS_SUCCESS;
}
