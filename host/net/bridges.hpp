// SPDX-License-Identifier: GPL-2.0-only
// The network bridges that run: each listens on a socket in the runtime directory, named after its
// VM and its adapter, and answers "status" with JSON and "down" by ending. Whoever asked for the
// end sees it as the hang-up of the connection: no process is known by its number.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"
#include "host/supervisor/runtime_directory.hpp"

namespace rsl::net {

inline constexpr size_t kMaxAnswerBytes = 4096;

/// Listens for the bridge of an adapter. An error when a living bridge has the place.
HostResult<supervisor::Listener> listen_for(const std::string& vm, uint32_t adapter);

/// Before each frame of a capture: what the pcap file format puts there.
struct CaptureRecord {
    uint32_t seconds, microseconds, kept_bytes, frame_bytes;
};

/// A bridge that answered.
struct Bridge {
    UniqueFd socket;
    nlohmann::ordered_json state;
    std::string text(const char* key) const;  // "" when it is not there
};
/// Asks everyone. In the order of their names.
std::vector<Bridge> running_bridges();
/// Whether the user means this bridge: its TAP interface or its device.
bool is_named(const Bridge& bridge, const std::string& name);
/// From now on its socket brings frames.
HostResult<void> begin_capture(const Bridge& bridge);
/// Ends it and waits until its TAP interface has gone.
HostResult<void> end_bridge(const Bridge& bridge);

}  // namespace rsl::net
