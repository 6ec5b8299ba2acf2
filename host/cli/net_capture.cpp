// SPDX-License-Identifier: GPL-2.0-only
// `rsl net capture NAME FILE`: what passes a bridge, as a pcap file for Wireshark and tcpdump. The
// frames come from rsl-tap, so it takes no rights over the interface.
#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <vector>

#include "base/core/result.hpp"
#include "host/cli/net_bridges.hpp"
#include "host/cli/verbs.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::cli {
namespace {

constexpr uint32_t kEthernet = 1, kRawIp = 101;  // link types of pcap

/// The head of a pcap file, in this machine's byte order, which readers tell by the magic number.
struct FileHeader {
    uint32_t magic = 0xA1B2C3D4;
    uint16_t major = 2, minor = 4;
    uint32_t zone = 0, accuracy = 0, longest = 65536;
    uint32_t link_type = kEthernet;
};
static_assert(sizeof(FileHeader) == 24);

HostResult<UniqueFd> open_file(const std::string& name) {
    UniqueFd file(name == "-"
                      ? ::dup(STDOUT_FILENO)
                      : ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file) return Error::from_errno("write " + name);
    return file;
}

HostResult<void> write_all(int file, std::span<const std::byte> bytes, const std::string& name) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(file, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return Error::from_errno("write " + name);
        bytes = bytes.subspan(static_cast<size_t>(put));
    }
    return {};
}

UniqueFd interruptions() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, signal);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    return UniqueFd(::signalfd(-1, &signals, SFD_CLOEXEC));
}

/// Until so many frames are there, somebody interrupts it, or the bridge ends: how many.
HostResult<uint64_t> record(int socket, int file, const std::string& name, uint64_t limit) {
    const UniqueFd interrupted = interruptions();
    std::vector<std::byte> buffer(sizeof(net::CaptureRecord) + 65536);
    for (uint64_t frames = 0;;) {
        if (frames == limit) return frames;
        pollfd ready[] = {{socket, POLLIN, 0}, {interrupted.get(), POLLIN, 0}};
        if (::poll(ready, 2, -1) < 0 && errno != EINTR) return Error::from_errno("wait for frames");
        if (ready[1].revents != 0) return frames;
        if (ready[0].revents == 0) continue;
        const auto got = transport::receive_datagram(socket, buffer);
        if (!got || got->bytes == 0) return frames;  // the bridge has ended
        RSL_TRY(write_all(file, std::span(buffer).first(got->bytes), name));
        ++frames;
    }
}

}  // namespace

const Verb kNetCapture{
    .path = "net capture",
    .summary = "write the frames that pass a TAP interface to a pcap file",
    .args = {{"NAME", "the TAP interface or the device"},
             {"FILE", "the pcap file; - for the standard output"}},
    .flags = {{"--count", "stop after so many frames (default: when interrupted)", "FRAMES"},
              {"--vm", "only of this VM", "NAME"}},
    .more =
        "rsl net capture rsl0 frames.pcap --count 100\n"
        "rsl net capture rsl0 - | wireshark -k -i -",
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const std::string name = call.arg("FILE");
        const uint64_t limit = RSL_TRY(call.number("count", UINT64_MAX));
        const auto all = bridges_of(call);
        const auto* bridge = RSL_TRY(the_bridge(all, call.arg("NAME")));
        const UniqueFd file = RSL_TRY(open_file(name));
        const FileHeader header{.link_type = bridge->text("frames") == "ip" ? kRawIp : kEthernet};
        RSL_TRY(write_all(file.get(), std::as_bytes(std::span(&header, 1)), name));
        RSL_TRY(net::begin_capture(*bridge));
        const uint64_t frames = RSL_TRY(record(bridge->socket.get(), file.get(), name, limit));
        out.data = {{"frames", frames}, {"file", name}};
        if (name != "-") out.line("{} frame{} in {}", frames, frames == 1 ? "" : "s", name);
        return {};
    },
};

}  // namespace rsl::cli
