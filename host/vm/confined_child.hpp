// SPDX-License-Identifier: GPL-2.0-only
// The child's half of confinement.cpp: what happens between clone and exec.
#pragma once

#include <sys/types.h>

#include <vector>

#include "host/vm/confinement.hpp"

namespace rsl::vm {

inline constexpr uid_t kNobody = 65534;
/// First characters of an error that comes from the confinement, not from the program.
inline constexpr const char* kConfinementMark = "confine: ";

struct Identity {
    bool nobody;                // become kNobody, with these groups; else stay who we are
    std::vector<gid_t> groups;  // of the devices
};

/// `trees`: the writable folders, in their order, lent by root (lent_folder.hpp); empty: the child opens
/// them itself. Waits for a byte on `word`, confines this process and becomes the program. Writes a sentence to
/// `errors` and exits when that fails.
[[noreturn]] void run_confined_child(const ConfinedCommand& command, Confinement kind,
                                     const Identity& identity, const std::vector<UniqueFd>& trees,
                                     int word, int errors);

}  // namespace rsl::vm
