// SPDX-License-Identifier: GPL-2.0-only
#include "host/net/bridges.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/core/result.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::net {
namespace {

constexpr int kAnswerMs = 3000;
constexpr int kEndMs = 5000;

std::string folder() { return transport::runtime_directory() + "/net"; }

HostResult<void> say(int socket, std::string_view word) {
    return transport::send_datagram(socket, std::as_bytes(std::span(word)));
}

HostResult<Bridge> ask(UniqueFd socket) {
    Bridge bridge;
    bridge.socket = std::move(socket);
    RSL_TRY(say(bridge.socket.get(), "status"));
    std::string answer(kMaxAnswerBytes, '\0');
    const auto got = RSL_TRY(transport::receive_datagram(
        bridge.socket.get(), std::as_writable_bytes(std::span(answer)), kAnswerMs));
    answer.resize(got.bytes);
    bridge.state = nlohmann::ordered_json::parse(answer, nullptr, false);
    if (!bridge.state.is_object()) return Error("a bridge answered nonsense");
    return bridge;
}

/// Nobody listens there any more. A bridge that makes its socket holds the lock meanwhile.
void clear_away(const std::string& path) {
    const UniqueFd lock(::open(folder().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (lock && ::flock(lock.get(), LOCK_EX) == 0 && !transport::connect_socket(path))
        ::unlink(path.c_str());
}

}  // namespace

std::string Bridge::text(const char* key) const {
    const auto found = state.find(key);
    return found != state.end() && found->is_string() ? found->get<std::string>() : std::string();
}

HostResult<supervisor::Listener> listen_for(const std::string& vm, uint32_t adapter) {
    RSL_TRY(supervisor::prepare_runtime_directory());
    const std::string directory = folder();
    if (::mkdir(directory.c_str(), 0700) < 0 && errno != EEXIST)
        return Error::from_errno("make " + directory);
    return supervisor::listen_at(directory + "/" + vm + "." + std::to_string(adapter) + ".sock",
                                 Error::wrong_use("the adapter has a bridge already; see 'rsl net status'"));
}

std::vector<Bridge> running_bridges() {
    std::vector<std::string> paths;
    DIR* directory = ::opendir(folder().c_str());
    if (directory == nullptr) return {};
    while (const dirent* entry = ::readdir(directory)) {
        if (std::string_view(entry->d_name).ends_with(".sock"))
            paths.push_back(folder() + "/" + entry->d_name);
    }
    ::closedir(directory);
    std::sort(paths.begin(), paths.end());
    std::vector<Bridge> bridges;
    for (const auto& path : paths) {
        auto socket = transport::connect_socket(path);
        if (!socket)
            clear_away(path);
        else if (auto bridge = ask(std::move(*socket)))
            bridges.push_back(std::move(*bridge));
    }
    return bridges;
}

bool is_named(const Bridge& bridge, const std::string& name) {
    return bridge.text("tap") == name ||
           ::strcasecmp(bridge.text("device").c_str(), name.c_str()) == 0;
}

HostResult<void> begin_capture(const Bridge& bridge) { return say(bridge.socket.get(), "capture"); }

HostResult<void> end_bridge(const Bridge& bridge) {
    RSL_TRY(say(bridge.socket.get(), "down"));
    std::byte rest[16];
    const auto got = transport::receive_datagram(bridge.socket.get(), rest, kEndMs);
    if (got && got->bytes == 0) return {};
    return Error("the bridge of " + bridge.text("tap") + " does not end; its process is " +
                 bridge.state.value("pid", nlohmann::ordered_json(0)).dump());
}

}  // namespace rsl::net
