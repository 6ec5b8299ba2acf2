// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/supervisor_client.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "base/core/result.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::cli {
namespace {

constexpr int kAnswerLimitMs = 5000;
constexpr int kStopLimitMs = 15000;
constexpr int kPullLimitMs = 30000;

}  // namespace

std::string_view name_of(wire::VmState state) {
    switch (state) {
        case wire::VmState::kStarting:
            return "starting";
        case wire::VmState::kRunning:
            return "running";
        case wire::VmState::kStopping:
            return "stopping";
        case wire::VmState::kDead:
            return "dead";
    }
    return "unknown";
}

HostResult<SupervisorClient> SupervisorClient::connect(const std::string& name) {
    const std::string path = RSL_TRY(transport::vm_socket_path(name));
    auto socket = transport::connect_socket(path);
    if (socket) return SupervisorClient(std::move(*socket));
    return Error(fmt::format("there is no VM '{}'; start it with 'rsl start{}', or see 'rsl list'",
                             name, name == "default" ? "" : " --vm " + name));
}

template <typename Request, typename Take>
HostResult<void> SupervisorClient::ask(const Request& request, wire::Id expected, int timeout_ms,
                                       Take take) {
    std::array<std::byte, wire::kMaxMessageBytes> buffer;
    const uint32_t sequence = ++sequence_;
    const auto message = wire::encode(buffer, sequence, request);
    if (!message) return Error("a message to the supervisor is too long");
    RSL_TRY(transport::send_datagram(socket_.get(), *message));
    for (;;) {
        const auto datagram =
            RSL_TRY(transport::receive_datagram(socket_.get(), buffer, timeout_ms));
        const auto bytes = std::span<const std::byte>(buffer).first(datagram.bytes);
        const auto header = wire::decode_header(bytes);
        if (!header)
            return Error("the VM's supervisor has gone; start the VM again with 'rsl start'");
        if (header->sequence != sequence) continue;  // news that nobody asked for
        if (header->id == wire::Id::kFailure) {
            const auto failure = wire::decode<wire::Failure>(bytes);
            if (!failure) break;
            return Error(std::string(failure->text(0, failure->body.text_bytes)),
                         static_cast<ExitCode>(failure->body.exit_code));
        }
        if (header->id != expected || !take(bytes)) break;
        return {};
    }
    return Error("the VM's supervisor answered nonsense; is it of another release?");
}

HostResult<VmStatus> SupervisorClient::status(uint64_t flags) {
    VmStatus status;
    RSL_TRY(ask(wire::StatusRequest{.flags = flags}, wire::Id::kStatusReply, kAnswerLimitMs,
                [&](std::span<const std::byte> bytes) {
                    const auto reply = wire::decode<wire::StatusReply>(bytes);
                    if (!reply) return false;
                    status.reply = reply->body;
                    status.name = reply->text(0, reply->body.name_bytes);
                    status.detail = nlohmann::json::parse(
                        reply->text(reply->body.name_bytes, reply->body.detail_bytes), nullptr,
                        false);
                    if (!status.detail.is_object()) status.detail = nlohmann::json::object();
                    return true;
                }));
    return status;
}

HostResult<std::vector<wire::ClientRecord>> SupervisorClient::clients() {
    std::vector<wire::ClientRecord> records;
    RSL_TRY(ask(wire::ListClients{}, wire::Id::kClients, kAnswerLimitMs,
                [&](std::span<const std::byte> bytes) {
                    const auto reply = wire::decode<wire::Clients>(bytes);
                    if (!reply) return false;
                    records.resize(reply->body.count);
                    std::memcpy(records.data(), reply->tail.data(), reply->tail.size());
                    for (auto& record : records) record.name[sizeof(record.name) - 1] = 0;
                    return true;
                }));
    return records;
}

HostResult<std::string> SupervisorClient::stop(uint32_t grace_ms) {
    std::string cut_short;
    RSL_TRY(ask(wire::Stop{grace_ms, 0}, wire::Id::kStopped,
                static_cast<int>(grace_ms) + kStopLimitMs, [&](std::span<const std::byte> bytes) {
                    const auto reply = wire::decode<wire::Stopped>(bytes);
                    if (!reply) return false;
                    cut_short = reply->text(0, reply->body.text_bytes);
                    return true;
                }));
    return cut_short;
}

HostResult<void> SupervisorClient::pull_disk(uint32_t index) {
    return ask(wire::PullDisk{index, 0}, wire::Id::kDone, kPullLimitMs,
               [](std::span<const std::byte> bytes) { return wire::decode<wire::Done>(bytes).ok(); });
}

HostResult<void> SupervisorClient::set_link(uint32_t index, bool up) {
    return ask(wire::SetLink{index, up ? 1u : 0u}, wire::Id::kDone, kAnswerLimitMs,
               [](std::span<const std::byte> bytes) { return wire::decode<wire::Done>(bytes).ok(); });
}

}  // namespace rsl::cli
