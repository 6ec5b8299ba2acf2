// SPDX-License-Identifier: GPL-2.0-only
// For tests: a runtime directory of the test's own, gone with it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace rsl::supervisor::testing {

struct OwnDirectory {
    OwnDirectory() {
        char name[] = "/tmp/rsl-runtime-XXXXXX";
        path = ::mkdtemp(name);
        ::setenv("RSL_RUNTIME_DIR", (path + "/rsl").c_str(), 1);
    }
    ~OwnDirectory() { std::filesystem::remove_all(path); }
    std::string path;
};

}  // namespace rsl::supervisor::testing
