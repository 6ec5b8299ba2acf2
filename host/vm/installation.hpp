// SPDX-License-Identifier: GPL-2.0-only
// Where things are on this machine: QEMU, its firmware, our guest files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/posix/error.hpp"

namespace rsl::vm {

struct Installation {
    std::string qemu;       // absolute, symlinks resolved
    std::string firmware;   // absolute path of qboot.rom
    std::string share;      // the folder of our guest files
    std::string kernel;     // the PVH boot shim
    std::string archive;    // the boot archive
    std::string libraries;  // stand-ins for libraries that QEMU is linked to and does not need
                            // here; or empty
};

/// The folder of our guest files: $RSL_SHARE, or beside this program (../share/rsl).
std::string share_directory();
/// Looks for QEMU: $RSL_QEMU, then $PATH. Errors say which package to install.
HostResult<std::string> find_qemu();
HostResult<std::string> find_firmware();
/// What QEMU has to see of the file system: itself, its libraries, firmware, our guest files.
std::vector<std::string> qemu_paths(const Installation& files);
/// All of it. `image` chooses the archive: "" the product's, "test" the unit tests' kernel.
HostResult<Installation> find_installation(std::string_view image = "");

}  // namespace rsl::vm
