// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/registry.hpp"

#include <algorithm>
#include <cstring>

#include "protocol/codec/registry_records.hpp"
#include "shim/client/last_error.hpp"
#include "shim/client/request.hpp"

namespace rsl::client {

using protocol::ArenaSpan;
using protocol::MessageId;

namespace {

rsl_status no_memory() {
    return fail(RSL_STATUS_TOO_LARGE,
                "the shared memory is used up by other requests, or too small for the value");
}
rsl_status too_long() {
    return fail(RSL_STATUS_INVALID_PARAMETER, "a registry key or value is too long");
}

std::span<const std::byte> bytes_of(std::u16string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

/// The text of UTF-16 bytes that may lie anywhere.
std::u16string text_of(std::span<const std::byte> bytes) {
    std::u16string text(bytes.size() / sizeof(char16_t), u'\0');
    if (!text.empty()) std::memcpy(text.data(), bytes.data(), text.size() * sizeof(char16_t));
    return text;
}

bool are_within_bounds(std::u16string_view key, std::u16string_view name) {
    return !key.empty() && key.size() * 2 <= protocol::kMaxKeyBytes &&
           name.size() * 2 <= protocol::kMaxValueNameBytes;
}

}  // namespace

struct RegistryWriter::OnItsWay {
    explicit OnItsWay(Connection& connection) : staging(connection) {}
    Staging staging;
    Connection::Sent sent{};
};

RegistryWriter::RegistryWriter(Connection& connection) : connection_(connection) {}

RegistryWriter::~RegistryWriter() {
    while (!sent_.empty()) await_first();
}

void RegistryWriter::await_first() {
    (void)connection_.await(sent_.front()->sent);
    sent_.pop_front();
}

void RegistryWriter::set(std::u16string_view key, std::u16string_view name, uint32_t type,
                         std::span<const std::byte> data) {
    if (!are_within_bounds(key, name) || data.size() > protocol::kMaxValueBytes) return;
    if (sent_.size() == kMost) await_first();
    auto value = std::make_unique<OnItsWay>(connection_);
    const auto path = value->staging.put(key.data(), bytes_of(key).size()),
               text = value->staging.put(name.data(), bytes_of(name).size()),
               content = value->staging.put(data.data(), data.size());
    if (!path || !text || !content) {
        value.reset();
        while (!sent_.empty()) await_first();  // what they have comes free
        (void)set_registry_value(connection_, key, name, type, data, 0);
        return;
    }
    value->sent = connection_.begin(
        protocol::encode(0, MessageId::kSetRegistryValue, 0,
                         protocol::SetRegistryValue{*path, *text, *content, type, 0}),
        PendingTable::Use::kOrdinary);
    sent_.push_back(std::move(value));
}

rsl_status set_registry_value(Connection& connection, std::u16string_view key,
                              std::u16string_view name, uint32_t type,
                              std::span<const std::byte> data, uint32_t flags) {
    if (!are_within_bounds(key, name) || data.size() > protocol::kMaxValueBytes) return too_long();
    Staging staging(connection);
    const auto path = staging.put(key.data(), bytes_of(key).size()),
               value = staging.put(name.data(), bytes_of(name).size()),
               content = staging.put(data.data(), data.size());
    if (!path || !value || !content) return no_memory();
    return connection
        .call(MessageId::kSetRegistryValue, 0,
              protocol::SetRegistryValue{*path, *value, *content, type, flags})
        .status;
}

rsl_status read_registry_value(Connection& connection, std::u16string_view key,
                               std::u16string_view name, RegistryValue& value) {
    if (!are_within_bounds(key, name)) return too_long();
    constexpr size_t kPiece = 64 * 1024;
    std::vector<std::byte> piece(kPiece);
    value.data.clear();
    for (;;) {
        Staging staging(connection);
        const auto path = staging.put(key.data(), bytes_of(key).size()),
                   value_name = staging.put(name.data(), bytes_of(name).size());
        const auto buffer = staging.reserve(piece.data(), piece.size(), Staging::Content::kZero);
        if (!path || !value_name || !buffer) return no_memory();
        const auto offset = static_cast<uint32_t>(value.data.size());
        const Reply reply =
            connection.call(MessageId::kQueryRegistryValue, 0,
                            protocol::QueryRegistryValue{*path, *value_name, *buffer, offset, 0});
        if (!RSL_SUCCEEDED(reply.status)) return reply.status;
        const uint64_t bytes = std::min<uint64_t>(reply.information, piece.size()),
                       total = reply.values[0] & 0xFFFFFFFF;
        staging.fetch(bytes);
        value.type = static_cast<uint32_t>(reply.values[0] >> 32);
        value.data.insert(value.data.end(), piece.begin(),
                          piece.begin() + static_cast<ptrdiff_t>(bytes));
        // A value that changes meanwhile is read again: its change is told, too.
        if (bytes == 0 || value.data.size() >= total ||
            value.data.size() >= protocol::kMaxValueBytes)
            return reply.status;
    }
}

rsl_status watch_registry(Connection& connection, std::u16string_view key, uint32_t flags,
                          uint32_t& watch) {
    if (!are_within_bounds(key, {})) return too_long();
    Staging staging(connection);
    const auto path = staging.put(key.data(), bytes_of(key).size());
    if (!path) return no_memory();
    const Reply reply =
        connection.call(MessageId::kWatchRegistry, 0, protocol::WatchRegistry{*path, flags, 0});
    watch = static_cast<uint32_t>(reply.values[0]);
    return reply.status;
}

rsl_status forget_registry(Connection& connection, uint32_t watch) {
    return connection
        .call(MessageId::kWatchRegistry, 0, protocol::WatchRegistry{{}, protocol::kForget, watch})
        .status;
}

rsl_status next_registry_changes(Connection& connection, std::vector<RegistryChange>& changes) {
    changes.clear();
    std::vector<std::byte> copy(protocol::kMostRecordBytes);
    Staging staging(connection);
    const auto buffer = staging.reserve(copy.data(), copy.size(), Staging::Content::kZero);
    if (!buffer) return no_memory();
    const Reply reply =
        connection.call(MessageId::kRegistryChanges, 0, protocol::RegistryChanges{*buffer, 0, 0});
    if (!RSL_SUCCEEDED(reply.status)) return reply.status;
    const uint64_t bytes = std::min<uint64_t>(reply.information, copy.size());
    staging.fetch(bytes);
    protocol::RegistryRecordReader reader{std::span(copy).first(bytes)};
    while (!reader.at_end()) {
        const auto record = reader.next();
        if (!record)
            return fail(RSL_STATUS_INVALID_PARAMETER,
                        "the VM's list of registry changes is damaged");
        changes.push_back(
            {record->watch, record->change, text_of(record->key), text_of(record->name)});
    }
    return reply.status;
}

rsl_status wait_for_registry_changes(Connection& connection) {
    return connection
        .call(MessageId::kRegistryChanges, 0,
              protocol::RegistryChanges{{}, protocol::kWaitForChange, 0})
        .status;
}

}  // namespace rsl::client
