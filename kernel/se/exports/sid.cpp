// SPDX-License-Identifier: GPL-2.0-only
// SIDs.
#include "kernel/se/sid.hpp"
#include "abi/functions/export.h"
#include "abi/functions/se.h"
#include "abi/types/status.h"
#include "kernel/mm/pool.hpp"

using namespace rsl;

namespace {

SID& of(PSID sid) { return *static_cast<SID*>(sid); }

}  // namespace

/// RtlValidSid (ntifs.h) checks revision and count of a SID.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlvalidsid
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI RtlValidSid(PSID Sid) {
    return Sid != nullptr && se::is_valid(of(Sid)) ? TRUE : FALSE;
}

/// RtlEqualSid (ntifs.h) compares two SIDs.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlequalsid
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI RtlEqualSid(PSID Sid1, PSID Sid2) {
    return se::equal(of(Sid1), of(Sid2)) ? TRUE : FALSE;
}

/// RtlEqualPrefixSid (ntifs.h) compares two SIDs without their last part.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlequalprefixsid
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI RtlEqualPrefixSid(PSID Sid1, PSID Sid2) {
    const SID &a = of(Sid1), &b = of(Sid2);
    if (a.Revision != b.Revision || a.SubAuthorityCount != b.SubAuthorityCount) return FALSE;
    const uint32_t count = a.SubAuthorityCount == 0 ? 0 : a.SubAuthorityCount - 1u;
    return std::memcmp(&a, &b, se::sid_length(count)) == 0 ? TRUE : FALSE;
}

/// RtlLengthSid (ntifs.h) tells the bytes of a SID.
///   IRQL     <= APC_LEVEL
///   Returns  the length
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtllengthsid
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI RtlLengthSid(PSID Sid) { return se::sid_length(of(Sid)); }

/// RtlLengthRequiredSid (ntifs.h) tells the bytes of a SID with so many parts.
///   IRQL     <= APC_LEVEL
///   Returns  the length
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtllengthrequiredsid
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI RtlLengthRequiredSid(ULONG SubAuthorityCount) {
    return se::sid_length(SubAuthorityCount);
}

/// RtlInitializeSid (ntifs.h) fills the head of a SID; the parts follow by RtlSubAuthoritySid.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
///   Owner    the memory is the caller's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlinitializesid
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlInitializeSid(PSID Sid, PSID_IDENTIFIER_AUTHORITY IdentifierAuthority,
                                           UCHAR SubAuthorityCount) {
    if (SubAuthorityCount > SID_MAX_SUB_AUTHORITIES) return STATUS_INVALID_PARAMETER;
    of(Sid).Revision = SID_REVISION;
    of(Sid).SubAuthorityCount = SubAuthorityCount;
    of(Sid).IdentifierAuthority = *IdentifierAuthority;
    return STATUS_SUCCESS;
}

/// RtlAllocateAndInitializeSid (ntifs.h) makes a SID of up to eight parts.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_SID, STATUS_NO_MEMORY
///   Owner    the caller, until RtlFreeSid
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlallocateandinitializesid
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlAllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY IdentifierAuthority,
                                                      UCHAR SubAuthorityCount, ULONG SubAuthority0,
                                                      ULONG SubAuthority1, ULONG SubAuthority2,
                                                      ULONG SubAuthority3, ULONG SubAuthority4,
                                                      ULONG SubAuthority5, ULONG SubAuthority6,
                                                      ULONG SubAuthority7, PSID* Sid) {
    const ULONG parts[8] = {SubAuthority0, SubAuthority1, SubAuthority2, SubAuthority3,
                            SubAuthority4, SubAuthority5, SubAuthority6, SubAuthority7};
    if (SubAuthorityCount > 8) return STATUS_INVALID_SID;
    void* memory = mm::allocate(se::sid_length(SubAuthorityCount), mm::pool_tag("SeSi"));
    if (memory == nullptr) return STATUS_NO_MEMORY;
    RtlInitializeSid(memory, IdentifierAuthority, SubAuthorityCount);
    std::copy_n(parts, SubAuthorityCount, of(memory).SubAuthority);
    *Sid = memory;
    return STATUS_SUCCESS;
}

/// RtlFreeSid (ntifs.h) frees what RtlAllocateAndInitializeSid made.
///   IRQL     <= APC_LEVEL
///   Returns  nullptr
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlfreesid
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI RtlFreeSid(PSID Sid) {
    mm::free(Sid);
    return nullptr;
}

/// RtlSubAuthoritySid (ntifs.h) points at a part of a SID.
///   IRQL     <= APC_LEVEL
///   Returns  a pointer into the SID
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlsubauthoritysid
///   Differs  nothing known
RSL_EXPORT PULONG NTAPI RtlSubAuthoritySid(PSID Sid, ULONG SubAuthority) {
    return &of(Sid).SubAuthority[SubAuthority];
}

/// RtlSubAuthorityCountSid (ntifs.h) points at the count of parts of a SID.
///   IRQL     <= APC_LEVEL
///   Returns  a pointer into the SID
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlsubauthoritycountsid
///   Differs  nothing known
RSL_EXPORT PUCHAR NTAPI RtlSubAuthorityCountSid(PSID Sid) { return &of(Sid).SubAuthorityCount; }

/// RtlIdentifierAuthoritySid (ntifs.h) points at the authority of a SID.
///   IRQL     <= APC_LEVEL
///   Returns  a pointer into the SID
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlidentifierauthoritysid
///   Differs  nothing known
RSL_EXPORT PSID_IDENTIFIER_AUTHORITY NTAPI RtlIdentifierAuthoritySid(PSID Sid) {
    return &of(Sid).IdentifierAuthority;
}

/// RtlCopySid (ntifs.h) copies a SID.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlcopysid
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlCopySid(ULONG DestinationSidLength, PSID DestinationSid,
                                     PSID SourceSid) {
    const uint32_t bytes = se::sid_length(of(SourceSid));
    if (bytes > DestinationSidLength) return STATUS_BUFFER_TOO_SMALL;
    std::memmove(DestinationSid, SourceSid, bytes);
    return STATUS_SUCCESS;
}

/// RtlConvertSidToUnicodeString (ntifs.h) writes a SID as text, "S-1-5-18".
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_SID, STATUS_BUFFER_OVERFLOW, STATUS_NO_MEMORY
///   Owner    an allocated buffer is freed by RtlFreeUnicodeString
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlconvertsidtounicodestring
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlConvertSidToUnicodeString(PUNICODE_STRING UnicodeString, PSID Sid,
                                                       BOOLEAN AllocateDestinationString) {
    if (!se::is_valid(of(Sid))) return STATUS_INVALID_SID;
    char16_t text[256];  // 15 parts of 10 digits and the head take less
    const size_t length = se::format_sid(of(Sid), text);
    const auto bytes = static_cast<USHORT>(length * sizeof(WCHAR));
    if (AllocateDestinationString) {
        void* memory = mm::allocate(bytes + sizeof(WCHAR), mm::pool_tag("SeSt"));
        if (memory == nullptr) return STATUS_NO_MEMORY;
        *UnicodeString = {0, static_cast<USHORT>(bytes + sizeof(WCHAR)),
                          static_cast<PWSTR>(memory)};
    } else if (UnicodeString->MaximumLength < bytes) {
        return STATUS_BUFFER_OVERFLOW;
    }
    std::memcpy(UnicodeString->Buffer, text, bytes);
    UnicodeString->Length = bytes;
    if (UnicodeString->MaximumLength >= bytes + sizeof(WCHAR)) UnicodeString->Buffer[length] = 0;
    return STATUS_SUCCESS;
}
