// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/cm/environment.hpp"

#include "kernel/rtl/unicode.hpp"

namespace rsl::cm {
namespace {

/// What the kernel's own environment holds. The same as SharedUserData's NtSystemRoot.
constexpr char16_t kSystem[] = u"SystemDrive=C:\0SystemRoot=C:\\Windows\0windir=C:\\Windows\0";

}  // namespace

std::u16string_view find_variable(const char16_t* block, std::u16string_view name) {
    while (block != nullptr && *block != 0) {
        const std::u16string_view entry(block);
        const size_t equals = entry.find(u'=', 1);  // names of drives' folders begin with one
        if (equals == name.size() && rtl::compare(entry.substr(0, equals), name, rtl::CaseRule::kIgnore) == 0) {
            return entry.substr(equals + 1);
        }
        block += entry.size() + 1;
    }
    return {};
}

size_t expand_variables(std::u16string_view text, const char16_t* block, std::span<char16_t> out) {
    size_t length = 0;
    const auto put = [&](std::u16string_view part) {
        for (const char16_t unit : part) {
            if (length < out.size()) out[length] = unit;
            ++length;
        }
    };
    while (!text.empty()) {
        const size_t begin = text.find(u'%');
        const size_t end = begin == text.npos ? text.npos : text.find(u'%', begin + 1);
        if (end == text.npos) break;
        const auto name = text.substr(begin + 1, end - begin - 1);
        auto value = find_variable(block, name);
        if (value.empty()) value = find_variable(kSystem, name);
        if (value.empty()) {
            put(text.substr(0, end));  // the second '%' may begin another
            text.remove_prefix(end);
            continue;
        }
        put(text.substr(0, begin));
        put(value);
        text.remove_prefix(end + 1);
    }
    put(text);
    return length;
}

}  // namespace rsl::cm
