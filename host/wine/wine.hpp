// SPDX-License-Identifier: GPL-2.0-only
// The Wine that this machine has, and the sessions that run in a prefix. Knows files and processes,
// not VMs.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/posix/error.hpp"

namespace rsl::wine_host {

/// The loader: $WINE, then wine64 and wine in $PATH, then where Debian puts it. Errors name the
/// package.
HostResult<std::string> find_loader();

/// The absolute path of a prefix: the argument if not empty, else $WINEPREFIX, else ~/.wine. It
/// need not exist yet.
HostResult<std::string> find_prefix(const std::string& wanted);

/// A name for the prefix' VM: the same for the same prefix.
std::string vm_name_of(const std::string& prefix);

/// How a prefix' session runs.
enum class SessionState { kNone, kHooked, kUnhooked };
struct Session {
    SessionState state = SessionState::kNone;
    pid_t service_manager = -1;
};
/// By the maps of a process of Wine's (/proc/PID/maps). None: it has not got as far as Wine's own library, or is ending.
SessionState state_by_maps(const std::string& maps, const std::string& library);
/// Looks at /proc for services.exe of the prefix, and whether the library is mapped there.
Session find_session(const std::string& prefix, const std::string& library);

/// Refuses a 32-bit program where Wine would need a 32-bit Unix side for it (the old kind of
/// WoW64). `program` as on the command line.
HostResult<void> check_program(const std::string& program, const std::string& loader);

}  // namespace rsl::wine_host
