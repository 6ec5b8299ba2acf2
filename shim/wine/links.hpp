// SPDX-License-Identifier: GPL-2.0-only
// Symbolic links in Wine's name space that lead to drivers' devices: those of the VM are made there too, and programs make
// some of their own (DefineDosDevice). Each function calls Wine's server.
#pragma once

#include <string>

namespace rsl::wine {

/// A link of the VM's, made in Wine's own name space too: QueryDosDevice and its list find it
/// there. Opening it leads to a device that Wine does not have, and so to us.
void publish_link(const std::u16string& name, std::u16string target);
/// Takes back what publish_link() made.
void withdraw_link(const std::u16string& name);
/// Where Wine's link of that NT name leads; empty when there is none.
std::u16string link_target(std::u16string name);

}  // namespace rsl::wine
