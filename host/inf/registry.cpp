// SPDX-License-Identifier: GPL-2.0-only
#include "host/inf/registry.hpp"

#include <cstring>

#include "base/core/result.hpp"

namespace rsl::inf {
namespace {

// FLG_ADDREG_*, setupapi.h
constexpr uint32_t kBinary = 0x1, kNoClobber = 0x2, kDeleteValue = 0x4, kAppend = 0x8,
                   kKeyOnly = 0x10, kOverwriteOnly = 0x20;
constexpr uint32_t kTypeMask = 0xFFFF0000;
constexpr uint32_t kSz = 1, kExpandSz = 2, kRegBinary = 3, kDword = 4, kMultiSz = 7;
constexpr uint32_t kMultiSzFlags = 0x00010000, kExpandSzFlags = 0x00020000,
                   kDwordFlags = 0x00010001, kNoneFlags = 0x00020001;

std::u16string to_utf16(std::string_view utf8) {
    std::u16string out;
    for (size_t at = 0; at < utf8.size();) {
        const auto lead = static_cast<uint8_t>(utf8[at]);
        const size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        uint32_t c = more == 0 ? lead : lead & (0x3Fu >> more);
        for (size_t i = 1; i <= more && at + i < utf8.size(); ++i)
            c = c << 6 | (static_cast<uint8_t>(utf8[at + i]) & 0x3F);
        if (c >= 0x10000) {
            out += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
            out += static_cast<char16_t>(0xDC00 + (c & 0x3FF));
        } else {
            out += static_cast<char16_t>(c);
        }
        at += more + 1;
    }
    return out;
}

std::vector<std::byte> bytes_of(const void* data, size_t bytes) {
    const auto* at = static_cast<const std::byte*>(data);
    return {at, at + bytes};
}

/// The key that a line's root and subkey mean; empty when it is none that we write.
std::string key_of(const Line& line, const std::string& relative, Plan& plan) {
    const std::string root = lower(line.value(0));
    std::string key;
    if (root == "hkr")
        key = relative;
    else if (root == "hklm")
        key = "\\Registry\\Machine";
    else if (root == "hku")
        key = "\\Registry\\User";
    else if (root == "hkcr")
        key = "\\Registry\\Machine\\SOFTWARE\\Classes";
    else if (root == "hkcu")
        plan.notes.push_back("line " + std::to_string(line.number) +
                             ": HKCU is left out: no user is logged on");
    if (key.empty()) return key;
    const std::string subkey = line.value(1);
    return subkey.empty() ? key : key + "\\" + subkey;
}

HostResult<std::vector<std::byte>> binary_data(const File& file, const Line& line) {
    std::vector<std::byte> data;
    for (size_t i = 4; i < line.values.size(); ++i) {
        std::string_view text = line.values[i];
        if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
        if (text.empty() && i + 1 == line.values.size()) break;
        if (text.empty() || text.size() > 2 ||
            text.find_first_not_of("0123456789abcdefABCDEF") != text.npos) {
            return file.error(
                line.number, "'" + line.values[i] + "' is no byte; write binary data as 00,1f,...");
        }
        data.push_back(static_cast<std::byte>(std::stoul(std::string(text), nullptr, 16)));
    }
    return data;
}

/// A DWORD: one number, or its four bytes, lowest first.
HostResult<std::vector<std::byte>> dword_data(const File& file, const Line& line) {
    if (line.values.size() >= 8) {
        auto data = RSL_TRY(binary_data(file, line));
        data.resize(4);
        return data;
    }
    uint32_t number = 0;
    if (!line.value(4).empty() && !parse_number(line.value(4), number)) {
        return file.error(line.number, "'" + line.value(4) + "' is no number of 32 bits");
    }
    return number_data(number);
}

HostResult<void> fill(const File& file, const Line& line, uint32_t flags, RegistryValue& value) {
    const uint32_t kind = flags & (kTypeMask | kBinary);
    if (kind == 0 || kind == kExpandSzFlags) {
        value.type = kind == 0 ? kSz : kExpandSz;
        value.data = text_data(line.value(4));
    } else if (kind == kMultiSzFlags) {
        value.type = kMultiSz;
        std::vector<std::string> strings;
        for (size_t i = 4; i < line.values.size(); ++i) {
            if (!line.values[i].empty()) strings.push_back(line.values[i]);
        }
        value.data = list_data(strings);
    } else if (kind == kDwordFlags) {
        value.type = kDword;
        value.data = RSL_TRY(dword_data(file, line));
    } else {
        // The upper half is the type: 0 means binary, 2 none, others themselves (QWORD:
        // 0x000B0001).
        value.type = kind == kBinary ? kRegBinary : kind == kNoneFlags ? 0 : flags >> 16;
        value.data = RSL_TRY(binary_data(file, line));
    }
    return {};
}

HostResult<void> add_line(const File& file, const Line& line, const std::string& relative,
                          Plan& plan) {
    if (line.key)
        return file.error(line.number,
                          "an AddReg line has no '='; write HKR,subkey,name,flags,value");
    RegistryValue value;
    value.key = key_of(line, relative, plan);
    if (value.key.empty()) {
        const std::string root = lower(line.value(0));
        if (root == "hkcu") return {};
        return file.error(
            line.number,
            root == "hkr"
                ? "HKR means nothing here: the section belongs to no device, service or class"
                : "'" + line.value(0) + "' is no registry root; use HKR, HKLM, HKCR, HKU or HKCU");
    }
    value.name = line.value(2);
    uint32_t flags = 0;
    if (!line.value(3).empty() && !parse_number(line.value(3), flags)) {
        return file.error(
            line.number, "'" + line.value(3) + "' are no flags; write a number such as 0x00010001");
    }
    if ((flags & kDeleteValue) != 0) {
        value.action = RegistryValue::Action::kDelete;
    } else if ((flags & kKeyOnly) != 0 || (line.values.size() <= 2 && value.name.empty())) {
        value.action = RegistryValue::Action::kKeyOnly;
    } else {
        if ((flags & kNoClobber) != 0) value.action = RegistryValue::Action::kKeepExisting;
        if ((flags & kOverwriteOnly) != 0) {
            plan.notes.push_back("line " + std::to_string(line.number) +
                                 ": a value that is only to be overwritten is left out");
            return {};
        }
        if ((flags & kAppend) != 0) {
            flags |= kMultiSzFlags;
            plan.notes.push_back("line " + std::to_string(line.number) +
                                 ": strings to be appended are set");
        }
        RSL_TRY(fill(file, line, flags, value));
    }
    plan.values.push_back(std::move(value));
    return {};
}

}  // namespace

std::vector<std::byte> text_data(std::string_view utf8) {
    const std::u16string text = to_utf16(utf8);
    return bytes_of(text.c_str(), (text.size() + 1) * sizeof(char16_t));
}

std::vector<std::byte> list_data(const std::vector<std::string>& strings) {
    std::vector<std::byte> all;
    for (const auto& text : strings) {
        const auto one = text_data(text);
        all.insert(all.end(), one.begin(), one.end());
    }
    all.insert(all.end(), sizeof(char16_t), std::byte{0});
    return all;
}

std::vector<std::byte> number_data(uint32_t number) { return bytes_of(&number, sizeof(number)); }

bool parse_number(std::string_view text, uint32_t& number) {
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        text.remove_prefix(2);
        base = 16;
    }
    if (text.empty() || text.size() > 10) return false;
    uint64_t value = 0;
    for (const char c : text) {
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : 99;
        if (digit >= base) return false;
        value = value * static_cast<uint64_t>(base) + static_cast<uint64_t>(digit);
    }
    if (value > 0xFFFFFFFF) return false;
    number = static_cast<uint32_t>(value);
    return true;
}

HostResult<void> add_registry(const File& file, const std::string& section,
                              const std::string& relative, Plan& plan) {
    const Section* found = file.find(section);
    if (found == nullptr)
        return Error::wrong_use(file.name() + ": the section [" + section +
                                "] that AddReg names is not there");
    for (const Line& line : found->lines) RSL_TRY(add_line(file, line, relative, plan));
    return {};
}

HostResult<void> delete_registry(const File& file, const std::string& section,
                                 const std::string& relative, Plan& plan) {
    const Section* found = file.find(section);
    if (found == nullptr)
        return Error::wrong_use(file.name() + ": the section [" + section +
                                "] that DelReg names is not there");
    for (const Line& line : found->lines) {
        RegistryValue value;
        value.key = key_of(line, relative, plan);
        if (value.key.empty()) continue;
        if (line.value(2).empty()) {
            plan.notes.push_back("line " + std::to_string(line.number) +
                                 ": deleting a whole key is left out");
            continue;
        }
        value.name = line.value(2);
        value.action = RegistryValue::Action::kDelete;
        plan.values.push_back(std::move(value));
    }
    return {};
}

}  // namespace rsl::inf
