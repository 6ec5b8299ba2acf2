// SPDX-License-Identifier: GPL-2.0-only
// New processes: what NtCreateUserProcess has to do besides.
#pragma once

#include "shim/wine/hook.hpp"

namespace rsl::wine {

/// NtCreateUserProcess as Wine does it; then the new process has the files whose handles it inherits.
NTSTATUS start_process(const Words& words);

/// PS_ATTRIBUTE, of PS_ATTRIBUTE_LIST.
struct ProcessAttribute {
    uint64_t attribute, bytes, value, returned;
};
/// The attribute of that number among those of NtCreateUserProcess; nullptr when there is none.
ProcessAttribute* find_attribute(const Words& words, uint64_t attribute);

}  // namespace rsl::wine
