// SPDX-License-Identifier: GPL-2.0-only
#include "bridges/tap/adapter.hpp"

#include <strings.h>

#include <array>

#include "abi/private/rsl_net.h"
#include "base/core/result.hpp"
#include "host/vm/installation.hpp"
#include "protocol/message/supervisor.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::tap {
namespace {

namespace wire = protocol::supervisor;

constexpr const char* kDevice = "\\Device\\RslNet";
constexpr rsl_status kNoMoreEntries = static_cast<rsl_status>(0x8000001Au);
constexpr int kAnswerMs = 1000;
constexpr int kMostAdapters = 256;  // a VM that lies must not keep us for ever

bool is_guid(const RSL_NDIS_ADAPTER_STATE& state, const std::string& guid) {
    std::string text;
    for (const WCHAR c : state.Instance) {
        if (c == 0) break;
        text += c < 0x80 ? static_cast<char>(c) : '?';
    }
    return ::strcasecmp(text.c_str(), guid.c_str()) == 0;
}

}  // namespace

Error refused(const std::string& what, rsl_status status) {
    if (status == RSL_STATUS_DISCONNECTED) return Error(what + ": the VM has gone");
    const char* name = rsl_status_name(status);
    return Error::refused(what + ": " + (name != nullptr ? name : std::to_string(status)), status);
}

bool vm_runs(const std::string& vm) {
    const auto path = transport::vm_socket_path(vm);
    if (!path) return false;
    const auto socket = transport::connect_socket(*path);
    if (!socket) return false;
    std::array<std::byte, wire::kMaxMessageBytes> buffer;
    const auto question = wire::encode(buffer, 1, wire::StatusRequest{wire::kStatusQuick});
    if (!question || !transport::send_datagram(socket->get(), *question)) return false;
    const auto got = transport::receive_datagram(socket->get(), buffer, kAnswerMs);
    if (!got) return false;
    const auto reply = wire::decode<wire::StatusReply>(std::span(buffer).first(got->bytes));
    return reply && reply->body.state == wire::VmState::kRunning;
}

HostResult<rsl_handle> open_driver(rsl_client* client) {
    rsl_handle handle = 0;
    rsl_status status = rsl_open(client, kDevice, RSL_READ | RSL_WRITE, &handle);
    if (RSL_SUCCEEDED(status)) return handle;
    const std::string file = vm::share_directory() + "/rslnet.sys";
    const rsl_status loaded = rsl_load_driver_file(client, "rslnet", file.c_str(), nullptr);
    status = rsl_open(client, kDevice, RSL_READ | RSL_WRITE,
                      &handle);  // somebody else may have loaded it
    if (RSL_SUCCEEDED(status)) return handle;
    return RSL_SUCCEEDED(loaded) ? refused(std::string("cannot open ") + kDevice, status)
                                 : refused("cannot load " + file, loaded);
}

HostResult<uint32_t> index_of(rsl_client* client, rsl_handle driver, const std::string& guid) {
    RSL_NDIS_ADAPTER_STATE state{};
    uint32_t index = 1;
    for (int seen = 0; seen < kMostAdapters; ++seen, index = state.InterfaceIndex + 1) {
        size_t bytes = 0;
        const rsl_status status = rsl_ioctl(client, driver, RSL_NET_LIST, &index, sizeof(index),
                                            &state, sizeof(state), &bytes);
        if (status == kNoMoreEntries)
            return Error::refused("there is no adapter " + guid, kNoSuchDevice);
        if (!RSL_SUCCEEDED(status)) return refused("cannot list the adapters", status);
        if (bytes != sizeof(state) || state.InterfaceIndex < index)
            return Error("rslnet.sys answered nonsense");
        if (!is_guid(state, guid)) continue;
        if (state.Running == 0)
            return Error::refused("the adapter " + guid + " does not run", kNoSuchDevice);
        return state.InterfaceIndex;
    }
    return Error("rslnet.sys lists too many adapters");
}

}  // namespace rsl::tap
