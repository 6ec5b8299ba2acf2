// SPDX-License-Identifier: GPL-2.0-only
// Prefix tables: which of a set of paths is the longest that a name begins with. Callers hold their
// own lock.
//   IRQL     < DISPATCH_LEVEL as documented
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-NAME (in lower case)
//   Differs  a list, not a splay tree: a search takes as long as the table has entries
#include "abi/functions/rtl_file.h"
#include "kernel/rtl/counted.hpp"
#include "kernel/rtl/unicode.hpp"

namespace {

using rsl::rtl::CaseRule;
using rsl::rtl::view;

/// Whether `name` begins with `prefix`, at the end of a component; from `index` on, case is
/// ignored.
bool covers(std::u16string_view prefix, std::u16string_view name, size_t index) {
    if (prefix.size() > name.size()) return false;
    const size_t exact = index < prefix.size() ? index : prefix.size();
    if (prefix.substr(0, exact) != name.substr(0, exact)) return false;
    if (rsl::rtl::compare(prefix.substr(exact), name.substr(exact, prefix.size() - exact),
                          CaseRule::kIgnore) != 0) {
        return false;
    }
    return prefix.size() == name.size() || name[prefix.size()] == u'\\' ||
           (!prefix.empty() && prefix.back() == u'\\');
}

}  // namespace

RSL_EXPORT VOID NTAPI RtlInitializeUnicodePrefix(PUNICODE_PREFIX_TABLE PrefixTable) {
    *PrefixTable = {};
}

/// RtlInsertUnicodePrefix adds an entry; the string stays the caller's and has to stay where it is.
///   Returns  TRUE, or FALSE when the same prefix is there
RSL_EXPORT BOOLEAN NTAPI RtlInsertUnicodePrefix(PUNICODE_PREFIX_TABLE PrefixTable,
                                                PUNICODE_STRING Prefix,
                                                PUNICODE_PREFIX_TABLE_ENTRY PrefixTableEntry) {
    PUNICODE_PREFIX_TABLE_ENTRY* link = &PrefixTable->NextPrefixTree;
    for (; *link != nullptr; link = &(*link)->NextPrefixTree) {
        if (view(*(*link)->Prefix) == view(*Prefix)) return FALSE;
    }
    *PrefixTableEntry = {};
    PrefixTableEntry->Prefix = Prefix;
    *link = PrefixTableEntry;
    return TRUE;
}

RSL_EXPORT VOID NTAPI RtlRemoveUnicodePrefix(PUNICODE_PREFIX_TABLE PrefixTable,
                                             PUNICODE_PREFIX_TABLE_ENTRY PrefixTableEntry) {
    PUNICODE_PREFIX_TABLE_ENTRY* link = &PrefixTable->NextPrefixTree;
    while (*link != nullptr && *link != PrefixTableEntry) link = &(*link)->NextPrefixTree;
    if (*link != nullptr) *link = PrefixTableEntry->NextPrefixTree;
    // An enumeration that stands here begins anew.
    if (PrefixTable->LastNextEntry == PrefixTableEntry) PrefixTable->LastNextEntry = nullptr;
}

/// RtlFindUnicodePrefix finds the longest prefix; characters before CaseInsensitiveIndex compare
/// exactly.
///   Returns  its entry, or NULL
RSL_EXPORT PUNICODE_PREFIX_TABLE_ENTRY NTAPI RtlFindUnicodePrefix(PUNICODE_PREFIX_TABLE PrefixTable,
                                                                  PUNICODE_STRING FullName,
                                                                  ULONG CaseInsensitiveIndex) {
    PUNICODE_PREFIX_TABLE_ENTRY longest = nullptr;
    for (auto* entry = PrefixTable->NextPrefixTree; entry != nullptr;
         entry = entry->NextPrefixTree) {
        if (longest != nullptr && entry->Prefix->Length <= longest->Prefix->Length) continue;
        if (covers(view(*entry->Prefix), view(*FullName), CaseInsensitiveIndex)) longest = entry;
    }
    return longest;
}

/// RtlNextUnicodePrefix goes through all entries.
///   Returns  the next one, or NULL behind the last
RSL_EXPORT PUNICODE_PREFIX_TABLE_ENTRY NTAPI RtlNextUnicodePrefix(PUNICODE_PREFIX_TABLE PrefixTable,
                                                                  BOOLEAN Restart) {
    auto* last = PrefixTable->LastNextEntry;
    auto* next = Restart || last == nullptr ? PrefixTable->NextPrefixTree : last->NextPrefixTree;
    if (next != nullptr) PrefixTable->LastNextEntry = next;
    return next;
}

// ---- The same for narrow strings, which compare exactly (Pfx...)

RSL_EXPORT VOID NTAPI PfxInitialize(PPREFIX_TABLE PrefixTable) { *PrefixTable = {}; }

RSL_EXPORT BOOLEAN NTAPI PfxInsertPrefix(PPREFIX_TABLE PrefixTable, PSTRING Prefix,
                                         PPREFIX_TABLE_ENTRY PrefixTableEntry) {
    PPREFIX_TABLE_ENTRY* link = &PrefixTable->NextPrefixTree;
    for (; *link != nullptr; link = &(*link)->NextPrefixTree) {
        if (view(*(*link)->Prefix) == view(*Prefix)) return FALSE;
    }
    *PrefixTableEntry = {};
    PrefixTableEntry->Prefix = Prefix;
    *link = PrefixTableEntry;
    return TRUE;
}
RSL_EXPORT VOID NTAPI PfxRemovePrefix(PPREFIX_TABLE PrefixTable,
                                      PPREFIX_TABLE_ENTRY PrefixTableEntry) {
    PPREFIX_TABLE_ENTRY* link = &PrefixTable->NextPrefixTree;
    while (*link != nullptr && *link != PrefixTableEntry) link = &(*link)->NextPrefixTree;
    if (*link != nullptr) *link = PrefixTableEntry->NextPrefixTree;
}
RSL_EXPORT PPREFIX_TABLE_ENTRY NTAPI PfxFindPrefix(PPREFIX_TABLE PrefixTable, PSTRING FullName) {
    PPREFIX_TABLE_ENTRY longest = nullptr;
    const std::string_view name = view(*FullName);
    for (auto* entry = PrefixTable->NextPrefixTree; entry != nullptr;
         entry = entry->NextPrefixTree) {
        const std::string_view prefix = view(*entry->Prefix);
        if (longest != nullptr && entry->Prefix->Length <= longest->Prefix->Length) continue;
        if (!name.starts_with(prefix)) continue;
        const bool whole =
            prefix.size() == name.size() || name[prefix.size()] == '\\' || prefix.ends_with('\\');
        if (whole) longest = entry;
    }
    return longest;
}
