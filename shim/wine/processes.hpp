// SPDX-License-Identifier: GPL-2.0-only
// Processes, threads and images: what starting them has to do besides.
#pragma once

#include <string_view>

#include "shim/wine/hook.hpp"

namespace rsl::wine {

/// NtCreateUserProcess as Wine does it; drivers hear of the new process and may refuse it, and it
/// has the files whose handles it inherits.
NTSTATUS start_process(const Words& words);

/// This process has begun to run, and drivers want to hear of `wanted` (wire::Listens). It ends
/// here if one refuses it. Under a SignalGuard.
void announce_this_process(uint32_t wanted);

/// Whether this process runs the program of that file name.
bool this_program_is(std::u16string_view name);
/// The Windows id of the process that made this one.
uint32_t parent_process_id();

/// PS_ATTRIBUTE, of PS_ATTRIBUTE_LIST.
struct ProcessAttribute {
    uint64_t attribute, bytes, value, returned;
};
/// The attribute of that number among those of NtCreateUserProcess; nullptr when there is none.
ProcessAttribute* find_attribute(const Words& words, uint64_t attribute);

}  // namespace rsl::wine
