// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/state_folders.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/core/result.hpp"

namespace rsl::cli {
namespace {

namespace fs = std::filesystem;

HostResult<fs::path> state_home() {
    if (const char* set = std::getenv("XDG_STATE_HOME"); set != nullptr && set[0] == '/') return fs::path(set);
    const char* home = std::getenv("HOME");
    if (home == nullptr || home[0] != '/') {
        const passwd* user = ::getpwuid(::geteuid());
        home = user != nullptr ? user->pw_dir : nullptr;
    }
    if (home == nullptr || home[0] != '/') {
        return Error::wrong_use("there is no home folder to keep the VM's files in; set XDG_STATE_HOME to a folder, or use --drive-c none --registry none");
    }
    return fs::path(home) / ".local/state";
}

HostResult<void> make_folder(const fs::path& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) return Error("cannot make " + path.string() + ": " + error.message());
    return {};
}

}  // namespace

HostResult<StateFolders> state_folders_of(const std::string& vm_name) {
    const fs::path home = RSL_TRY(state_home());
    const fs::path own = home / "rsl" / vm_name;
    const fs::path drive_c = own / "drive_c", registry = own / "registry";
    RSL_TRY(make_folder(own));
    std::error_code ignored;
    fs::permissions(own, fs::perms::owner_all, ignored);  // whoever may read it anyway finds nothing secret
    if (!fs::exists(drive_c)) {
        for (const char* folder : {"Windows/System32/drivers", "Windows/Temp", "Users"}) RSL_TRY(make_folder(drive_c / folder));
    }
    RSL_TRY(make_folder(registry));
    return StateFolders{drive_c.string(), registry.string()};
}

}  // namespace rsl::cli
