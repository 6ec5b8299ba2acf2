// SPDX-License-Identifier: GPL-2.0-only
// Names of eight and three characters, as FAT keeps them.
//   IRQL     < DISPATCH_LEVEL as documented
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-NAME (in lower case)
//   Differs  which short name a long one gets is not documented; ours need not be those of NT
#include <string_view>

#include "abi/functions/rtl_file.h"
#include "abi/types/status.h"
#include "kernel/rtl/counted.hpp"
#include "kernel/rtl/number.hpp"
#include "kernel/rtl/unicode.hpp"

namespace {

using rsl::rtl::view;

constexpr std::u16string_view kForbidden = u"\"*+,/:;<=>?[\\]|";
constexpr size_t kNameChars = 8, kExtensionChars = 3, kAllChars = 12;
constexpr ULONG kLastIndex = 999'999;
constexpr ULONG kIndexesBeforeChecksum = 4;

/// An OEM byte exists for it, in its upper case.
bool is_oem(char16_t unit) { return rsl::rtl::unicode_to_oem(unit) != '?' || unit == u'?'; }

/// What a character of a long name becomes in a short one; 0 when it is left out.
char16_t short_form(char16_t unit, BOOLEAN extended) {
    if (unit <= u' ') return 0;
    if (kForbidden.find(unit) != std::u16string_view::npos) return u'_';
    const char16_t upper = rsl::rtl::upcase(unit);
    if (upper < 0x7F) return upper;
    return extended && is_oem(upper) ? upper : u'_';
}

size_t shorten(std::u16string_view from, BOOLEAN extended, char16_t* to, size_t most) {
    size_t count = 0;
    for (size_t i = 0; i < from.size() && count < most; ++i) {
        if (from[i] == u'.') continue;
        if (const char16_t unit = short_form(from[i], extended); unit != 0) to[count++] = unit;
    }
    return count;
}

void begin(GENERATE_NAME_CONTEXT& context, std::u16string_view name, BOOLEAN extended) {
    constexpr size_t kStem = 6;
    while (!name.empty() && name.front() == u'.') name.remove_prefix(1);
    const size_t dot = name.rfind(u'.');
    const auto stem = name.substr(0, dot);
    const auto extension =
        dot == std::u16string_view::npos ? std::u16string_view{} : name.substr(dot + 1);
    context.NameLength = static_cast<UCHAR>(shorten(stem, extended, context.NameBuffer, kStem));
    context.ExtensionLength =
        static_cast<ULONG>(shorten(extension, extended, context.ExtensionBuffer, kExtensionChars));
    for (const char16_t unit : name)
        context.Checksum = static_cast<USHORT>(context.Checksum * 31 + unit);
}

/// Where many names look alike: two characters, and four digits that the whole name makes.
void insert_checksum(GENERATE_NAME_CONTEXT& context) {
    constexpr UCHAR kKept = 2;
    if (context.NameLength > kKept) context.NameLength = kKept;
    for (int shift = 12; shift >= 0; shift -= 4) {
        context.NameBuffer[context.NameLength++] =
            u"0123456789ABCDEF"[context.Checksum >> shift & 15];
    }
    context.CheckSumInserted = TRUE;
    context.LastIndexValue = 1;
}

/// One half of a short name: not too long, nothing forbidden.
bool is_legal_part(std::u16string_view part, size_t most, bool& spaces) {
    if (part.empty() || part.size() > most || part.back() == u' ') return false;
    for (const char16_t unit : part) {
        if (unit < u' ' || unit == u'.' || kForbidden.find(unit) != std::u16string_view::npos)
            return false;
        if (!is_oem(rsl::rtl::upcase(unit))) return false;
        spaces = spaces || unit == u' ';
    }
    return true;
}

bool is_legal(std::u16string_view name, bool& spaces) {
    if (name == u"." || name == u"..") return true;
    if (name.size() > kAllChars) return false;
    const size_t dot = name.find(u'.');
    if (!is_legal_part(name.substr(0, dot), kNameChars, spaces)) return false;
    return dot == std::u16string_view::npos ||
           is_legal_part(name.substr(dot + 1), kExtensionChars, spaces);
}

}  // namespace

/// RtlGenerate8dot3Name makes a short name of a long one, another one at each call with the same
/// context.
///   Returns  STATUS_SUCCESS, STATUS_FILE_SYSTEM_LIMITATION (a million names later),
///   STATUS_BUFFER_TOO_SMALL
RSL_EXPORT NTSTATUS NTAPI RtlGenerate8dot3Name(PCUNICODE_STRING Name,
                                               BOOLEAN AllowExtendedCharacters,
                                               PGENERATE_NAME_CONTEXT Context,
                                               PUNICODE_STRING Name8dot3) {
    if (Name8dot3->MaximumLength < kAllChars * sizeof(WCHAR)) return STATUS_BUFFER_TOO_SMALL;
    if (Context->LastIndexValue == 0) begin(*Context, view(*Name), AllowExtendedCharacters);
    if (Context->LastIndexValue >= kLastIndex) return STATUS_FILE_SYSTEM_LIMITATION;
    ++Context->LastIndexValue;
    if (!Context->CheckSumInserted && Context->LastIndexValue > kIndexesBeforeChecksum)
        insert_checksum(*Context);
    char16_t tail[8] = {u'~'};
    const size_t tail_length = 1 + rsl::rtl::write_digits(Context->LastIndexValue, 10,
                                                          rsl::rtl::Letters::kUpper, tail + 1);
    const size_t room = kNameChars - tail_length;
    const size_t stem = Context->NameLength < room ? Context->NameLength : room;
    char16_t* out = Name8dot3->Buffer;
    for (size_t i = 0; i < stem; ++i) *out++ = Context->NameBuffer[i];
    for (size_t i = 0; i < tail_length; ++i) *out++ = tail[i];
    if (Context->ExtensionLength != 0) *out++ = u'.';
    for (ULONG i = 0; i < Context->ExtensionLength; ++i) *out++ = Context->ExtensionBuffer[i];
    Name8dot3->Length = static_cast<USHORT>((out - Name8dot3->Buffer) * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

/// RtlIsNameLegalDOS8Dot3 tells whether a name is a short one, and writes it in OEM characters,
/// upper-cased.
RSL_EXPORT BOOLEAN NTAPI RtlIsNameLegalDOS8Dot3(PCUNICODE_STRING Name, POEM_STRING OemName,
                                                PBOOLEAN NameContainsSpaces) {
    bool spaces = false;
    const auto name = view(*Name);
    if (!is_legal(name, spaces)) return FALSE;
    if (OemName != nullptr) {
        if (OemName->MaximumLength < name.size()) return FALSE;
        for (size_t i = 0; i < name.size(); ++i)
            OemName->Buffer[i] = rsl::rtl::unicode_to_oem(rsl::rtl::upcase(name[i]));
        OemName->Length = static_cast<USHORT>(name.size());
    }
    if (NameContainsSpaces != nullptr) *NameContainsSpaces = spaces;
    return TRUE;
}

/// RtlIsValidOemCharacter (ntifs.h) tells whether a character has an OEM form, and upper-cases it.
RSL_EXPORT BOOLEAN NTAPI RtlIsValidOemCharacter(PWCHAR Char) {
    *Char = rsl::rtl::upcase(*Char);
    return is_oem(*Char);
}
