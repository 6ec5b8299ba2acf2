// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/names.hpp"

#include <algorithm>
#include <array>

namespace rsl::wine {

namespace {

constexpr char16_t lower(char16_t c) {
    return c >= u'A' && c <= u'Z' ? static_cast<char16_t>(c + 32) : c;
}

bool take_prefix(std::u16string_view& path, std::u16string_view prefix) {
    if (!same_name(path.substr(0, prefix.size()), prefix)) return false;
    path.remove_prefix(prefix.size());
    return true;
}

/// What Wine serves itself below \??\, by first component.
constexpr std::array<std::u16string_view, 9> kWinesLinks{
    u"unc",    u"pipe",    u"mailslot",         u"unix", u"nul", u"con",
    u"conin$", u"conout$", u"mountpointmanager"};
/// And below \Device\.
constexpr std::array<std::u16string_view, 6> kWinesDevices{u"namedpipe", u"mailslot", u"mup",
                                                           u"condrv",    u"null",     u"afd"};

bool is_drive(std::u16string_view name) {
    return name.size() == 2 && name[1] == u':' && lower(name[0]) >= u'a' && lower(name[0]) <= u'z';
}

template <size_t kCount>
bool is_one_of(const std::array<std::u16string_view, kCount>& names, std::u16string_view name) {
    return std::any_of(names.begin(), names.end(),
                       [&](auto known) { return same_name(known, name); });
}

}  // namespace

bool same_name(std::u16string_view a, std::u16string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char16_t x, char16_t y) { return lower(x) == lower(y); });
}

std::u16string_view last_component(std::u16string_view path) {
    const size_t separator = path.find_last_of(u"\\/");
    return separator == path.npos ? path : path.substr(separator + 1);
}

bool may_be_device(std::u16string_view path) {
    bool link = take_prefix(path, u"\\??\\") || take_prefix(path, u"\\DosDevices\\") ||
                take_prefix(path, u"\\GLOBAL??\\");
    if (link && take_prefix(path, u"GLOBALROOT")) {
        link = take_prefix(path, u"\\??\\") || take_prefix(path, u"\\GLOBAL??\\") ||
               take_prefix(path, u"\\DosDevices\\");
        if (!link && !take_prefix(path, u"\\Device\\")) return false;
    } else if (link && (take_prefix(path, u"GLOBAL\\"))) {
        // \??\Global\NAME: the same links
    } else if (!link && !take_prefix(path, u"\\Device\\")) {
        return false;
    }
    const auto name = path.substr(0, path.find(u'\\'));
    if (name.empty()) return false;
    // A drive itself, not a file on it: a program may have linked its letter to a driver's device.
    const bool file_on_drive = is_drive(name) && path.size() > name.size();
    return link ? !file_on_drive && !is_one_of(kWinesLinks, name)
                : !is_one_of(kWinesDevices, name);
}

}  // namespace rsl::wine
