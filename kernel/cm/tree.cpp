// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/cm/tree.hpp"

#include <cstring>

#include "abi/types/cm.h"

namespace rsl::cm {
namespace {

/// The key at a path below `from`, made where it is missing.
Result<Key*> make_path(Key& from, std::u16string_view path, int64_t now) {
    Key* key = &from;
    while (!path.empty()) {
        const size_t end = std::min(path.find(u'\\'), path.size());
        const auto name = path.substr(0, end);
        Key* next = key->find(name);
        if (next == nullptr) next = RSL_TRY(key->create(name, {}, Lifetime::kStored, now));
        key = next;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return key;
}

constexpr std::u16string_view kKeys[] = {
    u"MACHINE\\HARDWARE\\DESCRIPTION\\System",
    u"MACHINE\\HARDWARE\\DEVICEMAP",
    u"MACHINE\\HARDWARE\\RESOURCEMAP",
    u"MACHINE\\SAM",
    u"MACHINE\\SECURITY",
    u"MACHINE\\SOFTWARE\\Classes",
    u"MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion",
    u"MACHINE\\SYSTEM\\ControlSet001\\Control\\Class",
    u"MACHINE\\SYSTEM\\ControlSet001\\Control\\DeviceClasses",
    u"MACHINE\\SYSTEM\\ControlSet001\\Control\\Session Manager\\Environment",
    u"MACHINE\\SYSTEM\\ControlSet001\\Control\\Session Manager\\Memory Management",
    u"MACHINE\\SYSTEM\\ControlSet001\\Enum",
    u"MACHINE\\SYSTEM\\ControlSet001\\Hardware Profiles\\0001",
    u"MACHINE\\SYSTEM\\ControlSet001\\Services",
    u"USER\\.DEFAULT",
};

struct StringValue {
    std::u16string_view key, name, text;
};
constexpr StringValue kStrings[] = {
    {u"MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", u"CurrentVersion", u"6.3"},
    {u"MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", u"CurrentBuild", u"19045"},
    {u"MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", u"CurrentBuildNumber", u"19045"},
    {u"MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", u"ProductName", u"Windows 10 Pro"},
    {u"MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", u"SystemRoot", u"C:\\Windows"},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Control\\ComputerName\\ComputerName", u"ComputerName", u"RSL"},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Control\\ProductOptions", u"ProductType", u"WinNT"},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Control", u"SystemStartOptions", u""},
};

struct NumberValue {
    std::u16string_view key, name;
    uint32_t number;
};
constexpr NumberValue kNumbers[] = {
    {u"MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", u"CurrentMajorVersionNumber", 10},
    {u"MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", u"CurrentMinorVersionNumber", 0},
    {u"MACHINE\\SYSTEM\\Select", u"Current", 1},
    {u"MACHINE\\SYSTEM\\Select", u"Default", 1},
    {u"MACHINE\\SYSTEM\\Select", u"LastKnownGood", 1},
    {u"MACHINE\\SYSTEM\\Select", u"Failed", 0},
};

}  // namespace

Result<void> set_string(Key& key, std::u16string_view name, std::u16string_view text, int64_t now,
                        uint32_t type) {
    // With its NUL, as the documentation asks writers to store it.
    char16_t buffer[260];
    if (text.size() >= std::size(buffer)) return Status::kInvalidParameter;
    std::copy(text.begin(), text.end(), buffer);
    buffer[text.size()] = 0;
    return key.set_value(name, type, std::as_bytes(std::span(buffer, text.size() + 1)), now);
}

Result<void> set_dword(Key& key, std::u16string_view name, uint32_t number, int64_t now) {
    return key.set_value(name, REG_DWORD, std::as_bytes(std::span(&number, 1)), now);
}

Result<void> plant_tree(Key& root, int64_t now) {
    for (const auto path : kKeys) RSL_TRY(make_path(root, path, now));
    for (const auto& value : kStrings) {
        Key* key = RSL_TRY(make_path(root, value.key, now));
        RSL_TRY(set_string(*key, value.name, value.text, now));
    }
    for (const auto& value : kNumbers) {
        Key* key = RSL_TRY(make_path(root, value.key, now));
        RSL_TRY(set_dword(*key, value.name, value.number, now));
    }
    Key* system = root.find(u"MACHINE")->find(u"SYSTEM");
    Key* current = RSL_TRY(system->create(u"CurrentControlSet", {}, Lifetime::kVolatile, now));
    constexpr std::u16string_view kTarget = u"\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001";
    RSL_TRY(current->set_value(u"SymbolicLinkValue", REG_LINK, std::as_bytes(std::span(kTarget)), now));
    current->make_link();
    return {};
}

}  // namespace rsl::cm
