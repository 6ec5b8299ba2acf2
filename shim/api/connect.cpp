// SPDX-License-Identifier: GPL-2.0-only
// rsl.h: connections and errors.
#include <algorithm>
#include <cstddef>

#include "protocol/message/session.hpp"
#include "shim/api/handle.hpp"
#include "shim/client/attach.hpp"
#include "shim/client/last_error.hpp"
#include "shim/client/status_name.hpp"

using namespace rsl::client;

namespace {

rsl_client* wrap(rsl::HostResult<std::unique_ptr<Connection>> connection, uint32_t flags) {
    if (!connection) {
        set_last_error(connection.failure().text());
        return nullptr;
    }
    auto* client = new rsl_client{std::move(connection).value()};
    if ((flags & RSL_CONNECT_THREAD) != 0) client->connection->start_thread();
    return client;
}

Memory memory_of(uint32_t flags) {
    return (flags & RSL_CONNECT_KEEP_MEMORY) != 0 ? Memory::kKept : Memory::kLent;
}

}  // namespace

extern "C" {

const char* rsl_last_error(void) { return last_error(); }
const char* rsl_status_name(rsl_status status) { return status_name(status); }
uint32_t rsl_version(void) { return RSL_API_VERSION; }

rsl_client* rsl_connect(const char* vm) {
    rsl_connect_options options{};
    options.size = sizeof(options);
    options.vm = vm;
    return rsl_connect_with(&options);
}

rsl_client* rsl_connect_with(const rsl_connect_options* options) {
    if (options == nullptr || options->size < offsetof(rsl_connect_options, windows_process)) {
        set_last_error("rsl_connect_with: options.size is not that of rsl_connect_options");
        return nullptr;
    }
    AttachOptions attach_options;
    if (options->vm != nullptr) attach_options.vm = options->vm;
    if (options->socket_path != nullptr) attach_options.socket_path = options->socket_path;
    if (options->program != nullptr) attach_options.program = options->program;
    attach_options.memory_bytes = options->memory_bytes;
    if (options->size >= offsetof(rsl_connect_options, peb32)) {
        attach_options.windows_process = options->windows_process;
        attach_options.windows_parent = options->windows_parent;
    }
    if (options->size >= sizeof(rsl_connect_options)) attach_options.peb32 = options->peb32;
    attach_options.memory = memory_of(options->flags);
    return wrap(attach(attach_options), options->flags);
}

rsl_client* rsl_adopt(const rsl_ring_fds* fds) {
    if (fds == nullptr || fds->size < sizeof(rsl_ring_fds)) {
        set_last_error("rsl_adopt: fds.size is not that of rsl_ring_fds");
        return nullptr;
    }
    ConnectionParts parts;
    parts.fds.memory = rsl::UniqueFd{fds->memory};
    parts.fds.ring_guest = rsl::UniqueFd{fds->ring_guest};
    parts.fds.wake = rsl::UniqueFd{fds->wake};
    parts.alive = rsl::UniqueFd{fds->alive};
    parts.program = fds->program != nullptr ? fds->program : program_name();
    if (fds->timeout_ms != 0) parts.timeout_ms = fds->timeout_ms;
    parts.spin_limit_us = fds->spin_limit_us;
    parts.memory = memory_of(fds->flags);
    return wrap(Connection::open(std::move(parts)), fds->flags);
}

void rsl_disconnect(rsl_client* client) { delete client; }
uint32_t rsl_process_id(rsl_client* client) { return client->connection->process_id(); }
const char* rsl_disconnect_reason(rsl_client* client) { return client->connection->ending_text(); }

rsl_status rsl_ping(rsl_client* client) {
    const Reply reply = client->connection->call(rsl::protocol::MessageId::kPing, 0, rsl::protocol::Ping{1});
    return reply.status;
}

}  // extern "C"
