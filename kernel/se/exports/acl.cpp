// SPDX-License-Identifier: GPL-2.0-only
// Access control lists.
#include "kernel/se/acl.hpp"
#include "abi/functions/export.h"
#include "abi/functions/se.h"
#include "abi/types/status.h"

using namespace rsl;

namespace {

const SID& of(PSID sid) { return *static_cast<const SID*>(sid); }

}  // namespace

/// RtlCreateAcl (ntifs.h) makes an empty list in the caller's memory.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlcreateacl
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlCreateAcl(PACL Acl, ULONG AclLength, ULONG AclRevision) {
    return se::create_acl(*Acl, AclLength, AclRevision).status().nt();
}

/// RtlValidAcl (ntifs.h) checks a list and its entries.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlvalidacl
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI RtlValidAcl(PACL Acl) {
    return Acl != nullptr && se::is_valid(*Acl) ? TRUE : FALSE;
}

/// RtlAddAccessAllowedAce (ntifs.h) appends an entry that allows rights.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ALLOTTED_SPACE_EXCEEDED, STATUS_INVALID_ACL, STATUS_INVALID_SID,
///            STATUS_REVISION_MISMATCH
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtladdaccessallowedace
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlAddAccessAllowedAce(PACL Acl, ULONG AceRevision,
                                                 ACCESS_MASK AccessMask, PSID Sid) {
    return se::add_access_ace(*Acl, AceRevision, ACCESS_ALLOWED_ACE_TYPE, 0, AccessMask, of(Sid))
        .status()
        .nt();
}

/// RtlAddAccessAllowedAceEx (ntifs.h) appends an entry that allows rights, with inheritance flags.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ALLOTTED_SPACE_EXCEEDED, STATUS_INVALID_ACL, STATUS_INVALID_SID,
///            STATUS_REVISION_MISMATCH
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtladdaccessallowedaceex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlAddAccessAllowedAceEx(PACL Acl, ULONG AceRevision, ULONG AceFlags,
                                                   ACCESS_MASK AccessMask, PSID Sid) {
    return se::add_access_ace(*Acl, AceRevision, ACCESS_ALLOWED_ACE_TYPE,
                              static_cast<uint8_t>(AceFlags), AccessMask, of(Sid))
        .status()
        .nt();
}

/// RtlAddAccessDeniedAce (ntifs.h) appends an entry that denies rights.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ALLOTTED_SPACE_EXCEEDED, STATUS_INVALID_ACL,
///   STATUS_INVALID_SID,
///            STATUS_REVISION_MISMATCH
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtladdaccessdeniedace
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlAddAccessDeniedAce(PACL Acl, ULONG AceRevision, ACCESS_MASK AccessMask,
                                                PSID Sid) {
    return se::add_access_ace(*Acl, AceRevision, ACCESS_DENIED_ACE_TYPE, 0, AccessMask, of(Sid))
        .status()
        .nt();
}

/// RtlAddAccessDeniedAceEx (ntifs.h) appends an entry that denies rights, with inheritance flags.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ALLOTTED_SPACE_EXCEEDED, STATUS_INVALID_ACL, STATUS_INVALID_SID,
///            STATUS_REVISION_MISMATCH
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtladdaccessdeniedaceex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlAddAccessDeniedAceEx(PACL Acl, ULONG AceRevision, ULONG AceFlags,
                                                  ACCESS_MASK AccessMask, PSID Sid) {
    return se::add_access_ace(*Acl, AceRevision, ACCESS_DENIED_ACE_TYPE,
                              static_cast<uint8_t>(AceFlags), AccessMask, of(Sid))
        .status()
        .nt();
}

/// RtlAddAce (ntifs.h) inserts entries before the one at an index; MAXULONG: at the end.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_BUFFER_TOO_SMALL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtladdace
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlAddAce(PACL Acl, ULONG AceRevision, ULONG StartingAceIndex,
                                    PVOID AceList, ULONG AceListLength) {
    return se::add_aces(*Acl, AceRevision, StartingAceIndex, AceList, AceListLength).status().nt();
}

/// RtlDeleteAce (ntifs.h) takes an entry out.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtldeleteace
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlDeleteAce(PACL Acl, ULONG AceIndex) {
    return se::delete_ace(*Acl, AceIndex).status().nt();
}

/// RtlGetAce (ntifs.h) points at an entry.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlgetace
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlGetAce(PACL Acl, ULONG AceIndex, PVOID* Ace) {
    auto found = se::get_ace(*Acl, AceIndex);
    if (!found) return found.failure().nt();
    *Ace = *found;
    return STATUS_SUCCESS;
}
