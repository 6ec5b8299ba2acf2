// SPDX-License-Identifier: GPL-2.0-only
// Names between NT and the host. NT: UTF-16, '\' between names, some characters forbidden. Host: UTF-8,
// '/' between them, everything else allowed. A host name with a character that NT forbids appears with a
// private-use character in its place (U+F000 + the character, as other systems do it), and back. Names
// that are no UTF-8 have no NT name and are not shown. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/core/result.hpp"

namespace rsl::hostfs {

inline constexpr size_t kMostNameUnits = 255;
inline constexpr size_t kMostNameBytes = 255;  // of Linux
inline constexpr size_t kMostPathBytes = 4096;

/// One name, as it is on the host, to NT's form. The units written; 0: it has no NT name.
size_t name_to_nt(std::string_view host, std::span<char16_t, kMostNameUnits> out);
/// One name of NT to the host's form. kObjectNameInvalid: forbidden characters, "." and "..", empty,
/// too long, half a surrogate pair.
Result<size_t> name_to_host(std::u16string_view name, std::span<char, kMostNameBytes> out);

/// A path on the host from the top of the exported folder: names with '/' between them; "" is the top.
class HostPath {
  public:
    std::string_view view() const { return {text_, length_}; }
    bool empty() const { return length_ == 0; }
    /// STATUS_NAME_TOO_LONG.
    Result<void> append(std::string_view name);
    void remove_last();
    void clear() { length_ = 0; }
    Result<void> assign(std::string_view path);
    std::string_view last() const;    // the last name
    std::string_view parent() const;  // all before it
    /// Replaces the name after `at` bytes by another.
    Result<void> replace_name(size_t at, std::string_view name);

  private:
    size_t length_ = 0;
    char text_[kMostPathBytes];
};

/// Appends the names of an NT path ("\a\b" or "a\b", a '\' at the end allowed) to `out`.
Result<void> append_nt_path(std::u16string_view path, HostPath& out);

}  // namespace rsl::hostfs
