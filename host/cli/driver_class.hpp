// SPDX-License-Identifier: GPL-2.0-only
// What kind of driver a file is, told by what it imports.
#pragma once

#include <span>
#include <string_view>

#include "host/cli/driver_file.hpp"

namespace rsl::cli {

struct DriverClass {
    std::string_view name;     // "KMDF"
    std::string_view what;     // "Kernel-Mode Driver Framework"
    std::string_view library;  // the module that makes it one; empty for plain drivers
};

DriverClass class_of(std::span<const ImportedFunction> imports);

}  // namespace rsl::cli
