// SPDX-License-Identifier: GPL-2.0-only
// rsl.h: devices and the registry, as an installer uses them.
#include <algorithm>
#include <string>

#include "protocol/message/device.hpp"
#include "shim/api/handle.hpp"
#include "shim/api/loan.hpp"
#include "shim/client/last_error.hpp"
#include "shim/client/registry.hpp"
#include "shim/client/text.hpp"

using namespace rsl::client;
namespace protocol = rsl::protocol;
using protocol::MessageId;

namespace {

rsl_status no_memory() { return fail(RSL_STATUS_TOO_LARGE, "the shared memory is used up by other requests"); }

/// Loans of nothing are not given: an empty span stands for it.
protocol::ArenaSpan span_of(const Loan& loan, size_t bytes) {
    return bytes == 0 ? protocol::ArenaSpan{} : loan.span();
}

}  // namespace

extern "C" {

rsl_status rsl_set_registry_value(rsl_client* client, const char* key, const char* name, uint32_t type, const void* data,
                                  size_t data_bytes, uint32_t flags) {
    const auto path = key != nullptr ? to_utf16(key) : std::nullopt;
    const auto value = to_utf16(name != nullptr ? name : "");
    if (!path || !value) return fail(RSL_STATUS_INVALID_PARAMETER, "a registry key or value is no UTF-8 text");
    return set_registry_value(*client->connection, *path, *value, type, {static_cast<const std::byte*>(data), data_bytes}, flags);
}

rsl_status rsl_device_action(rsl_client* client, rsl_device_operation operation, const char* device, char* path,
                             size_t path_bytes) {
    auto text = to_utf16(device != nullptr ? device : "");
    if (!text || (text->size() + 2) * 2 > protocol::kMaxDeviceBytes) {
        return fail(RSL_STATUS_INVALID_PARAMETER, "the device is too long or no UTF-8 text");
    }
    if (operation == RSL_DEVICE_ADD) text->append(2, u'\0');  // a list of one id
    Connection& connection = *client->connection;
    Loan in{connection, std::max<size_t>(text->size() * 2, 2)}, out{connection, protocol::kMaxDeviceBytes};
    if (!in || !out) return no_memory();
    std::memcpy(in.data(), text->data(), text->size() * 2);
    protocol::DeviceAction body{.operation = static_cast<protocol::DeviceOperation>(operation), .reserved = 0,
                                .device = span_of(in, text->size()), .path = out.span()};
    body.device.bytes = static_cast<uint32_t>(text->size() * 2);
    const Reply reply = connection.call(MessageId::kDeviceAction, 0, body);
    if (!RSL_SUCCEEDED(reply.status) || path == nullptr || path_bytes == 0) return reply.status;
    std::u16string units(std::min<uint64_t>(reply.information, protocol::kMaxDeviceBytes) / 2, u'\0');
    std::memcpy(units.data(), out.data(), units.size() * 2);
    const std::string found = to_utf8(units);
    if (found.size() >= path_bytes) return fail(RSL_STATUS_BUFFER_TOO_SMALL, "the instance path is longer than the buffer");
    std::memcpy(path, found.c_str(), found.size() + 1);
    return reply.status;
}

}  // extern "C"
