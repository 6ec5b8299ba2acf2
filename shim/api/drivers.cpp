// SPDX-License-Identifier: GPL-2.0-only
// rsl.h: drivers, the object namespace and the kernel's state.
#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "protocol/message/driver.hpp"
#include "protocol/message/object.hpp"
#include "shim/api/handle.hpp"
#include "shim/api/loan.hpp"
#include "shim/client/last_error.hpp"
#include "shim/client/request.hpp"
#include "shim/client/text.hpp"

using namespace rsl::client;
namespace protocol = rsl::protocol;
using protocol::MessageId;

namespace {

constexpr uint64_t kPieceBytes = 256 * 1024;
constexpr uint32_t kListBytes = 16 * 1024;
constexpr uint32_t kReportBytes = sizeof(protocol::DriverReport) + sizeof(rsl_driver_report::text);
constexpr rsl_status kNoMoreEntries = static_cast<rsl_status>(0x8000001Au);

rsl_status no_memory() { return fail(RSL_STATUS_TOO_LARGE, "the shared memory is used up by other requests"); }

rsl_status service_name(const char* service, std::u16string& name) {
    const auto text = service != nullptr ? to_utf16(service) : std::nullopt;
    if (!text || text->empty() || text->size() * 2 > protocol::kMaxNameBytes) {
        return fail(RSL_STATUS_INVALID_PARAMETER, "a driver's name is 1 to 256 characters of UTF-8");
    }
    name = *text;
    return RSL_STATUS_SUCCESS;
}

void read_report(const Loan& memory, const Reply& reply, rsl_driver_report* report) {
    if (report == nullptr) return;
    *report = {};
    report->status = reply.status;
    if (reply.information < sizeof(protocol::DriverReport)) return;
    protocol::DriverReport head;
    std::memcpy(&head, memory.data(), sizeof(head));  // once: the VM may write to it still
    report->entry_status = head.entry_status;
    report->image_base = head.image_base;
    report->image_bytes = head.image_bytes;
    report->entry_ns = head.entry_ns;
    report->missing_imports = head.missing_imports;
    const size_t bytes = std::min<size_t>(head.text_bytes, sizeof(report->text) - 1);
    std::memcpy(report->text, memory.data() + sizeof(head), bytes);
    report->text[bytes] = '\0';
}

/// Hands DirectoryRecords out. Nonzero from the callback ends it.
bool hand_out(const std::vector<std::byte>& records, rsl_directory_callback callback, void* context) {
    size_t at = 0;
    while (at + sizeof(protocol::DirectoryRecord) <= records.size()) {
        protocol::DirectoryRecord record;
        std::memcpy(&record, records.data() + at, sizeof(record));
        if (record.total_bytes() > records.size() - at) return true;
        const auto text = [&](size_t offset, size_t bytes) {
            std::u16string units(bytes / 2, u'\0');
            std::memcpy(units.data(), records.data() + at + offset, units.size() * 2);
            return to_utf8(units);
        };
        const std::string name = text(sizeof(record), record.name_bytes);
        const std::string type = text(sizeof(record) + record.name_bytes, record.type_bytes);
        if (callback(context, name.c_str(), type.c_str()) != 0) return true;
        at += record.total_bytes();
    }
    return false;
}

template <typename Body>
rsl_status list(rsl_client* client, MessageId message, rsl_handle handle, rsl_directory_callback callback,
                void* context) {
    Loan memory{*client->connection, kListBytes};
    if (!memory) return no_memory();
    for (uint32_t next = 0;;) {
        const Reply reply = client->connection->call(message, handle, Body{.buffer = memory.span(), .context = next});
        if (reply.status == kNoMoreEntries) return RSL_STATUS_SUCCESS;
        if (!RSL_SUCCEEDED(reply.status)) return reply.status;
        const auto bytes = std::min<uint64_t>(reply.information, kListBytes);
        const std::vector<std::byte> records(memory.data(), memory.data() + bytes);  // ours now
        if (hand_out(records, callback, context) || reply.values[0] <= next) return RSL_STATUS_SUCCESS;
        next = static_cast<uint32_t>(reply.values[0]);
    }
}

rsl_status open_named(rsl_client* client, MessageId message, const char* path, rsl_handle& handle) {
    const auto text = path != nullptr ? to_utf16(path) : std::nullopt;
    if (!text) return fail(RSL_STATUS_INVALID_PARAMETER, "the path is no UTF-8 text");
    Loan memory{*client->connection, *text};
    if (!memory) return no_memory();
    const Reply reply = client->connection->call(
        message, 0, protocol::OpenNamed{.desired_access = 1, .attributes = 0x40, .path = memory.span()});
    handle = static_cast<rsl_handle>(reply.values[0]);
    return reply.status;
}

/// Brings an image over in pieces, and ends with `finish`.
rsl_status upload(rsl_client* client, const char* service, const void* image, size_t image_bytes, MessageId finish,
                  rsl_driver_report* report) {
    std::u16string name;
    if (const rsl_status status = service_name(service, name); status < 0) return status;
    if (image_bytes == 0 || image_bytes > protocol::kMaxImageBytes) {
        return fail(RSL_STATUS_INVALID_PARAMETER, "a driver's file has 1 byte to 256 MB");
    }
    Connection& connection = *client->connection;
    const uint64_t piece = std::min<uint64_t>({image_bytes, kPieceBytes, connection.arena().bytes() / 4});
    Loan text{connection, name}, buffer{connection, piece}, answer{connection, kReportBytes};
    if (!text || !buffer || !answer) return no_memory();
    Reply reply = connection.call(MessageId::kLoadBegin, 0,
                                  protocol::LoadBegin{.image_bytes = image_bytes, .service_name = text.span()});
    const auto id = static_cast<uint32_t>(reply.values[0]);
    for (uint64_t at = 0; RSL_SUCCEEDED(reply.status) && at < image_bytes; at += piece) {
        const uint64_t bytes = std::min(piece, image_bytes - at);
        std::memcpy(buffer.data(), static_cast<const std::byte*>(image) + at, bytes);
        reply = connection.call(MessageId::kLoadData, 0,
                                protocol::LoadData{.image_offset = at,
                                                   .data = {buffer.span().offset, static_cast<uint32_t>(bytes)},
                                                   .upload = id});
    }
    if (RSL_SUCCEEDED(reply.status)) {
        reply = connection.call(finish, 0,
                                protocol::LoadFinish{.report = answer.span(), .upload = id});
        read_report(answer, reply, report);
    }
    if (reply.status == RSL_STATUS_DISCONNECTED) set_last_error(connection.ending());
    return reply.status;
}

}  // namespace

extern "C" {

rsl_status rsl_load_driver(rsl_client* client, const char* service, const void* image, size_t image_bytes,
                           rsl_driver_report* report) {
    if (report != nullptr) *report = {};
    return upload(client, service, image, image_bytes, MessageId::kLoadCommit, report);
}

rsl_status rsl_store_driver(rsl_client* client, const char* service, const void* image, size_t image_bytes) {
    return upload(client, service, image, image_bytes, MessageId::kStoreDriver, nullptr);
}

rsl_status rsl_load_driver_file(rsl_client* client, const char* service, const char* path,
                                rsl_driver_report* report) {
    if (path == nullptr) return fail(RSL_STATUS_INVALID_PARAMETER, "no file given");
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(RSL_STATUS_NOT_FOUND, std::string("cannot read ") + path);
    const std::vector<char> image{std::istreambuf_iterator<char>(file), {}};
    std::string name = service != nullptr ? service : std::string(path).substr(std::string(path).find_last_of('/') + 1);
    if (service == nullptr && name.size() > 4 && name.ends_with(".sys")) name.resize(name.size() - 4);
    return rsl_load_driver(client, name.c_str(), image.data(), image.size(), report);
}

rsl_status rsl_unload_driver(rsl_client* client, const char* service, rsl_driver_report* report) {
    if (report != nullptr) *report = {};
    std::u16string name;
    if (const rsl_status status = service_name(service, name); status < 0) return status;
    Loan text{*client->connection, name}, answer{*client->connection, kReportBytes};
    if (!text || !answer) return no_memory();
    const Reply reply = client->connection->call(
        MessageId::kUnloadDriver, 0, protocol::UnloadDriver{.service_name = text.span(), .report = answer.span()});
    read_report(answer, reply, report);
    return reply.status;
}

rsl_status rsl_verify_driver(rsl_client* client, const char* service, uint32_t flags, uint32_t seed, uint32_t rate) {
    std::u16string name;
    if (const rsl_status status = service_name(service, name); status < 0) return status;
    if (rate > 10'000) return fail(RSL_STATUS_INVALID_PARAMETER, "the rate is of 10,000 allocations");
    Loan text{*client->connection, name};
    if (!text) return no_memory();
    const protocol::VerifyDriver body{.service_name = text.span(), .flags = flags, .seed = seed, .rate = rate};
    return client->connection->call(MessageId::kVerifyDriver, 0, body).status;
}

rsl_status rsl_list_drivers(rsl_client* client, rsl_directory_callback callback, void* context) {
    return list<protocol::ListDrivers>(client, MessageId::kListDrivers, 0, callback, context);
}

rsl_status rsl_list_directory(rsl_client* client, const char* path, rsl_directory_callback callback, void* context) {
    rsl_handle handle = 0;
    rsl_status status = open_named(client, MessageId::kOpenDirectory, path, handle);
    if (!RSL_SUCCEEDED(status)) return status;
    status = list<protocol::QueryDirectory>(client, MessageId::kQueryDirectory, handle, callback, context);
    (void)rsl_close(client, handle);
    return status;
}

rsl_status rsl_read_link(rsl_client* client, const char* path, char* target, size_t target_bytes) {
    rsl_handle handle = 0;
    rsl_status status = open_named(client, MessageId::kOpenSymbolicLink, path, handle);
    if (!RSL_SUCCEEDED(status)) return status;
    char16_t units[2048];
    rsl_request request{};
    request.size = sizeof(request);
    request.operation = RSL_OP_QUERY_LINK;
    request.handle = handle;
    request.out = units;
    request.out_bytes = sizeof(units);
    rsl_result result{};
    status = call(*client->connection, request, &result);
    (void)rsl_close(client, handle);
    if (!RSL_SUCCEEDED(status)) return status;
    const std::string text = to_utf8({units, static_cast<size_t>(std::min<uint64_t>(result.information, sizeof(units)) / 2)});
    if (text.size() >= target_bytes) return fail(RSL_STATUS_BUFFER_TOO_SMALL, "the link's target is longer than the buffer");
    std::memcpy(target, text.c_str(), text.size() + 1);
    return RSL_STATUS_SUCCESS;
}

rsl_status rsl_inspect(rsl_client* client, const char* path, char* buffer, size_t buffer_bytes, size_t* needed) {
    const std::string_view text = path != nullptr ? path : "";
    if (text.size() > protocol::kMaxInspectPathBytes || buffer_bytes == 0) {
        return fail(RSL_STATUS_INVALID_PARAMETER, "the path is too long or the buffer empty");
    }
    Connection& connection = *client->connection;
    Loan name{connection, std::max<size_t>(text.size(), 1)};
    Loan answer{connection, std::min<uint64_t>(buffer_bytes, connection.arena().bytes() / 2)};
    if (!name || !answer) return no_memory();
    std::memcpy(name.data(), text.data(), text.size());
    const Reply reply = connection.call(
        MessageId::kInspect, 0,
        protocol::Inspect{.path = {name.span().offset, static_cast<uint32_t>(text.size())}, .buffer = answer.span()});
    if (needed != nullptr) *needed = static_cast<size_t>(reply.values[0]);
    if (!RSL_SUCCEEDED(reply.status)) return reply.status;
    const auto bytes = std::min<uint64_t>({reply.information, answer.span().bytes, buffer_bytes - 1});
    std::memcpy(buffer, answer.data(), bytes);
    buffer[bytes] = '\0';
    return bytes < reply.information ? RSL_STATUS_BUFFER_TOO_SMALL : RSL_STATUS_SUCCESS;
}

}  // extern "C"
