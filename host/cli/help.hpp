// SPDX-License-Identifier: GPL-2.0-only
// Texts made from the table of verbs.
#pragma once

#include <string>

#include "host/cli/verb.hpp"

namespace rsl::cli {

std::string general_help();
std::string verb_help(const Verb& verb);
std::string bash_completion();
std::string manual_page();

}  // namespace rsl::cli
