// SPDX-License-Identifier: GPL-2.0-only
// What a client says of its process when it is made.
#pragma once

#include <string_view>

#include "abi/types/ps.h"
#include "kernel/ps/process.hpp"

namespace rsl::ps {

struct NewProcess {
    std::u16string_view image;         // a path or a name
    std::u16string_view command_line;  // empty: unknown
    uint64_t client_pid = 0;           // on Linux
    uint64_t id = 0;                   // as its program knows it; 0: one of ours
    uint64_t parent_id = 4;
    CLIENT_ID creator = {};  // no process: the caller's thread
    bool told = true;        // whether drivers hear of its creation
};

/// Identifiers from here on are ours; below lie those of Windows programs, which bring their own.
inline constexpr uint64_t kFirstOwnId = 0x100000;

/// A Windows program has handles that Wine made, and their values are small. Ours are larger than any of them: a value that a
/// program passes within a buffer and that names nothing here is invalid, rather than some other object.
inline constexpr uint64_t kForeignHandles = 0x01000000;

/// ps::create_process() with all that is known. STATUS_INVALID_CID: the identifier is in use.
Result<Ref<Process>> create_process(const NewProcess& wanted);

}  // namespace rsl::ps
