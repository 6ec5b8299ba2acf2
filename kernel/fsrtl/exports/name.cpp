// SPDX-License-Identifier: GPL-2.0-only
// Names and expressions.
#include "abi/functions/export.h"
#include "abi/functions/fsrtl.h"
#include "abi/functions/rtl_exception.h"
#include "abi/types/status.h"
#include "kernel/fsrtl/expression.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/rtl/unicode.hpp"

using namespace rsl;

namespace {

std::u16string_view text_of(const UNICODE_STRING& string) {
    return {string.Buffer, string.Length / sizeof(char16_t)};
}

}  // namespace

/// FsRtlIsNameInExpression (ntifs.h): whether a name matches a pattern with wildcards.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE, FALSE; raises STATUS_NO_MEMORY for a very long pattern
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlisnameinexpression
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI FsRtlIsNameInExpression(PUNICODE_STRING Expression, PUNICODE_STRING Name, BOOLEAN IgnoreCase,
                                                 PWCH UpcaseTable) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const auto folding = !IgnoreCase              ? fsrtl::Folding::kExact
                         : UpcaseTable != nullptr ? fsrtl::Folding::kTable
                                                  : fsrtl::Folding::kName;
    const auto result = fsrtl::matches(text_of(*Expression), text_of(*Name), folding, UpcaseTable);
    if (!result) ExRaiseStatus(result.failure().nt());
    return *result;
}

/// FsRtlDoesNameContainWildCards (ntifs.h): *, ?, DOS_STAR, DOS_QM or DOS_DOT.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE, FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtldoesnamecontainwildcards
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI FsRtlDoesNameContainWildCards(PUNICODE_STRING Name) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return fsrtl::has_wildcards(text_of(*Name));
}

/// FsRtlAreNamesEqual (ntifs.h) compares two names.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE, FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlarenamesequal
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI FsRtlAreNamesEqual(PCUNICODE_STRING ConstantNameA, PCUNICODE_STRING ConstantNameB,
                                            BOOLEAN IgnoreCase, PCWCH UpcaseTable) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const auto a = text_of(*ConstantNameA), b = text_of(*ConstantNameB);
    if (a.size() != b.size()) return FALSE;
    const auto fold = [&](char16_t unit) -> char16_t {
        if (!IgnoreCase) return unit;
        return UpcaseTable != nullptr ? UpcaseTable[unit] : rtl::upcase(unit);
    };
    for (size_t i = 0; i < a.size(); ++i) {
        if (fold(a[i]) != fold(b[i])) return FALSE;
    }
    return TRUE;
}

/// FsRtlDissectName (ntifs.h) splits a path into its first name and the rest.
///   IRQL     PASSIVE_LEVEL
///   Returns  -
///   Owner    both results point into Path
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtldissectname
///   Differs  nothing known
RSL_EXPORT VOID NTAPI FsRtlDissectName(UNICODE_STRING Path, PUNICODE_STRING FirstName, PUNICODE_STRING RemainingName) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    *FirstName = *RemainingName = {};
    auto path = text_of(Path);
    if (path.empty()) return;
    size_t begin = path.front() == u'\\' ? 1 : 0;
    const size_t end = std::min(path.find(u'\\', begin), path.size());
    const auto put = [&](PUNICODE_STRING out, size_t from, size_t to) {
        out->Buffer = Path.Buffer + from;
        out->Length = out->MaximumLength = static_cast<USHORT>((to - from) * sizeof(WCHAR));
    };
    put(FirstName, begin, end);
    if (end < path.size()) put(RemainingName, end + 1, path.size());
}
