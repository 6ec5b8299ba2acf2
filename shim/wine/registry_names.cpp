// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/registry_names.hpp"

#include <algorithm>

#include "shim/wine/names.hpp"

namespace rsl::wine {

namespace {

constexpr size_t kLongestComponent = 255;

bool takes(std::u16string_view& rest, std::u16string_view front) {
    if (!same_name(rest.substr(0, front.size()), front)) return false;
    rest.remove_prefix(front.size());
    return true;
}

bool is_component(std::u16string_view name) {
    return !name.empty() && name.size() <= kLongestComponent && name.find(u'\\') == name.npos &&
           name.find(u'\0') == name.npos;
}

bool is_digit(char16_t c) { return c >= u'0' && c <= u'9'; }

char16_t folded(char16_t c) {
    const bool upper = (c >= u'A' && c <= u'Z') ||
                       (c >= 0xC0 && c <= 0xDE && c != 0xD7) ||                   // Latin
                       (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F);  // Greek, Cyrillic
    if (upper) return static_cast<char16_t>(c + 32);
    return c >= 0x400 && c <= 0x40F ? static_cast<char16_t>(c + 80) : c;
}

}  // namespace

std::u16string service_of(std::u16string_view path) {
    if (!takes(path, u"\\Registry\\Machine\\System\\")) return {};
    if (!takes(path, u"CurrentControlSet")) {
        if (!takes(path, u"ControlSet") || path.size() < 3 ||
            !std::all_of(path.begin(), path.begin() + 3, is_digit))
            return {};
        path.remove_prefix(3);
    }
    if (!takes(path, u"\\Services\\") || !is_component(path) || path.find(u'/') != path.npos)
        return {};
    return std::u16string(path);
}

bool is_relative_key(std::u16string_view path) {
    if (path.empty()) return true;
    for (;;) {
        const size_t end = std::min(path.find(u'\\'), path.size());
        if (!is_component(path.substr(0, end))) return false;
        if (end == path.size()) return true;
        path.remove_prefix(end + 1);
    }
}

bool is_drivers_own(std::u16string_view key, std::u16string_view value) {
    static constexpr std::u16string_view kInstallers[] = {u"ImagePath", u"Type", u"ObjectName",
                                                          u"FailureCommand"};
    if (!key.empty()) return true;
    return std::none_of(std::begin(kInstallers), std::end(kInstallers),
                        [&](auto name) { return same_name(name, value); });
}

std::u16string folded(std::u16string_view name) {
    std::u16string text(name);
    std::transform(text.begin(), text.end(), text.begin(), [](char16_t c) { return folded(c); });
    return text;
}

}  // namespace rsl::wine
