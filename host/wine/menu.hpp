// SPDX-License-Identifier: GPL-2.0-only
// The desktop's menu entries that Wine makes for programs of a prefix: made to start by `rsl wine`,
// and back. What an entry was is kept in the entry itself, in a key that desktops leave alone.
#pragma once

#include <string>

#include "base/posix/error.hpp"

namespace rsl::wine_host {

/// One entry's text with its Exec lines led through `rsl_program wine`. Unchanged when it is of
/// another prefix, or led already.
std::string enabled_entry(const std::string& text, const std::string& prefix,
                          const std::string& rsl_program);
/// The same, back.
std::string disabled_entry(const std::string& text, const std::string& prefix);

struct MenuChange {
    int changed = 0;
    int seen = 0;  // entries of this prefix
};
enum class MenuState { kThroughRsl, kPlain };
/// Changes every entry of the prefix below `applications` (find_menu()). An entry is replaced in
/// one step or left as it is.
HostResult<MenuChange> set_menu(const std::string& applications, const std::string& prefix,
                                MenuState state, const std::string& rsl_program);

/// Where Wine puts its entries: $XDG_DATA_HOME/applications/wine.
std::string find_menu();

}  // namespace rsl::wine_host
