// SPDX-License-Identifier: GPL-2.0-only
// The stand-ins for libraries that QEMU is linked to and has no use for here (host/qemu_libraries): whether this
// machine's QEMU can do with them. docs/adr/0013-qemu-memory.md.
#pragma once

#include "host/vm/installation.hpp"

namespace rsl::vm {

enum class Fit {
    kYes,
    kNo,       // this QEMU calls a function that one of them lacks: it takes the system's
    kUnknown,  // it could not be tried
};

/// Has QEMU loaded with `files.libraries` once, and keeps the answer until the machine's next boot or another QEMU.
Fit stand_ins_fit(const Installation& files);

}  // namespace rsl::vm
