// SPDX-License-Identifier: GPL-2.0-only
// What depends on who runs, and other small questions.
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi, the page of each name
#include <cstdarg>
#include <cstring>

#include "abi/functions/rtl_more.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/rtl/counted.hpp"
#include "kernel/rtl/number.hpp"
#include "kernel/se/sid.hpp"
#include "kernel/se/token.hpp"

/// RtlFormatCurrentUserKeyPath (ntifs.h) gives the registry path of the running user:
/// \Registry\User\SID.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_MEMORY
///   Owner    the caller, until RtlFreeUnicodeString
///   Differs  the process's token: RSL has no impersonation
RSL_EXPORT NTSTATUS NTAPI RtlFormatCurrentUserKeyPath(PUNICODE_STRING CurrentUserKeyPath) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    constexpr std::u16string_view kUsers = u"\\REGISTRY\\USER\\";
    char16_t sid[256];  // 15 parts of 10 digits and the head take less
    const size_t length = rsl::se::format_sid(*rsl::se::effective_token().token->subject().user, sid);
    const NTSTATUS status = rsl::rtl::prepare(
        *CurrentUserKeyPath, (kUsers.size() + length) * sizeof(WCHAR), rsl::rtl::Buffer::kAllocate);
    if (status != STATUS_SUCCESS) return status;
    std::memcpy(CurrentUserKeyPath->Buffer, kUsers.data(), kUsers.size() * sizeof(WCHAR));
    std::memcpy(CurrentUserKeyPath->Buffer + kUsers.size(), sid, length * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

/// RtlIsStateSeparationEnabled (ntddk.h): whether the system keeps its state apart from its
/// binaries.
///   IRQL     PASSIVE_LEVEL
///   Returns  FALSE
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI RtlIsStateSeparationEnabled() {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return FALSE;
}

/// RtlGetEnabledExtendedFeatures (ntddk.h): which of the asked-for features XSAVE keeps.
///   IRQL     any
///   Returns  0: the kernel saves the state of SSE with FXSAVE and leaves XSAVE disabled, as the
///   page allows Differs  nothing known
RSL_EXPORT ULONG64 NTAPI RtlGetEnabledExtendedFeatures(ULONG64 FeatureMask) {
    (void)FeatureMask;
    return 0;
}

/// RtlIntegerToUnicode: RtlIntegerToChar for wide characters (no page; declared beside it).
///   IRQL     any, on resident memory
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER
RSL_EXPORT NTSTATUS NTAPI RtlIntegerToUnicode(ULONG Value, ULONG Base, LONG OutputLength,
                                              PWSTR String) {
    const unsigned base = Base == 0 ? 10 : Base;
    if (base != 2 && base != 8 && base != 10 && base != 16) return STATUS_INVALID_PARAMETER;
    char16_t digits[65];
    const size_t count = rsl::rtl::write_digits(Value, base, rsl::rtl::Letters::kUpper, digits);
    const bool padded = OutputLength < 0;
    const auto room = static_cast<size_t>(padded ? -int64_t{OutputLength} : int64_t{OutputLength});
    if (count > room) return STATUS_BUFFER_OVERFLOW;
    const size_t zeros = padded ? room - count : 0;
    for (size_t i = 0; i < zeros; ++i) String[i] = u'0';
    std::memcpy(String + zeros, digits, count * sizeof(WCHAR));
    if (!padded && count < room) String[count] = 0;
    return STATUS_SUCCESS;
}
