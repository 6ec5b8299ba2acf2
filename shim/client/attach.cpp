// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/attach.hpp"

#include <chrono>
#include <cstdlib>

#include "protocol/message/entry.hpp"
#include "protocol/message/supervisor.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::client {

namespace supervisor = protocol::supervisor;

namespace {

constexpr int kAnswerMs = 15'000;  // a VM that is still starting may take its time

/// What the supervisor said instead of handing out a ring.
Error refusal(std::span<const std::byte> datagram) {
    if (const auto failure = supervisor::decode<supervisor::Failure>(datagram)) {
        std::string text(failure->text(0, failure->body.text_bytes));
        if (failure->body.nt_status != 0) return Error::refused(std::move(text), failure->body.nt_status);
        return Error(std::move(text), static_cast<ExitCode>(failure->body.exit_code));
    }
    const auto header = supervisor::decode_header(datagram);
    if (header && header->version != supervisor::kVersion) {
        return Error("the VM's supervisor speaks version " + std::to_string(header->version) +
                     ", this library version " + std::to_string(supervisor::kVersion));
    }
    return Error("the VM's supervisor gave an answer that makes no sense");
}

}  // namespace

std::string chosen_vm() {
    const char* const chosen = std::getenv("RSL_VM");
    return chosen != nullptr && *chosen != '\0' ? chosen : "default";
}
std::string program_name() { return ::program_invocation_short_name; }

HostResult<UniqueFd> connect_supervisor(const AttachOptions& options) {
    if (!options.socket_path.empty()) return transport::connect_socket(options.socket_path);
    return transport::connect_socket(RSL_TRY(transport::vm_socket_path(options.vm.empty() ? chosen_vm() : options.vm)));
}

namespace {

/// A ring of the supervisor's.
HostResult<ConnectionParts> ask_for_ring(const AttachOptions& options) {
    UniqueFd socket = RSL_TRY(connect_supervisor(options));
    const std::string program = options.program.empty() ? program_name() : options.program;
    std::byte buffer[supervisor::kMaxMessageBytes];
    const auto request = supervisor::encode(
        std::span(buffer), 1,
        supervisor::Attach{.wanted_bytes = options.memory_bytes,
                           .protocol_version = protocol::kVersion,
                           .name_bytes = static_cast<uint32_t>(program.size())},
        std::as_bytes(std::span(program.data(), program.size())));
    if (!request) return Error::wrong_use("the program's name is too long");
    RSL_TRY(transport::send_datagram(socket.get(), *request));
    auto answer = RSL_TRY(transport::receive_datagram(socket.get(), buffer, kAnswerMs));
    const auto datagram = std::span<const std::byte>(buffer).first(answer.bytes);
    if (answer.bytes == 0) return Error("the VM's supervisor closed the connection");
    const auto attached = supervisor::decode<supervisor::Attached>(datagram);
    if (!attached) return refusal(datagram);
    if (answer.fds.size() != supervisor::kAttachedFds) {
        return Error("the VM's supervisor sent " + std::to_string(answer.fds.size()) + " descriptors, not " +
                     std::to_string(supervisor::kAttachedFds));
    }
    ConnectionParts parts;
    parts.fds.memory = std::move(answer.fds[supervisor::kFdMemory]);
    parts.fds.ring_guest = std::move(answer.fds[supervisor::kFdRingGuest]);
    parts.fds.wake = std::move(answer.fds[supervisor::kFdWake]);
    parts.alive = std::move(socket);
    parts.alive_kind = AliveKind::kSupervisor;
    parts.program = program;
    parts.windows_process = options.windows_process;
    parts.windows_parent = options.windows_parent;
    parts.peb32 = options.peb32;
    parts.memory = options.memory;
    parts.objects = options.objects;
    parts.spin_limit_us = attached->body.spin_limit_us;
    return parts;
}

}  // namespace

HostResult<std::unique_ptr<Connection>> attach(const AttachOptions& options) {
    // A ring that the VM does not look at is given back, and another asked for (docs/adr/0004-rings.md).
    constexpr uint32_t kFirstGreetingMs = 2000;
    auto parts = RSL_TRY(ask_for_ring(options));
    parts.timeout_ms = kFirstGreetingMs;
    const auto start = std::chrono::steady_clock::now();
    auto connection = Connection::open(std::move(parts));
    const bool waited = std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(kFirstGreetingMs);
    if (connection || !waited) return connection;
    return Connection::open(RSL_TRY(ask_for_ring(options)));
}

}  // namespace rsl::client
