// SPDX-License-Identifier: GPL-2.0-only
// rsl.h: requests, synchronous and not, and the common ones in short.
#include <algorithm>
#include <memory>

#include "protocol/message/object.hpp"
#include "protocol/message/session.hpp"
#include "shim/api/handle.hpp"
#include "shim/client/last_error.hpp"
#include "shim/client/request.hpp"
#include "shim/client/text.hpp"

using namespace rsl::client;
namespace protocol = rsl::protocol;

namespace {

constexpr uint32_t kSynchronize = 0x00100000;
constexpr uint32_t kShareAll = 7;            // FILE_SHARE_READ | WRITE | DELETE
constexpr uint32_t kFileOpen = 1;            // FILE_OPEN
constexpr uint32_t kSameAccess = 2;          // DUPLICATE_SAME_ACCESS
constexpr uint32_t kEventAllAccess = 0x001F0003;

rsl_request make_request(rsl_operation operation, rsl_handle handle) {
    rsl_request request{};
    request.size = sizeof(request);
    request.operation = operation;
    request.handle = handle;
    return request;
}

rsl_status call_for_bytes(rsl_client* client, const rsl_request& request, size_t* bytes) {
    rsl_result result{};
    const rsl_status status = call(*client->connection, request, &result);
    if (bytes != nullptr) *bytes = static_cast<size_t>(result.information);
    return status;
}

rsl_status bad_size() { return fail(RSL_STATUS_INVALID_PARAMETER, "request.size is not that of rsl_request"); }

rsl_status cancel(rsl_client* client, rsl_handle handle, const protocol::Cancel& body) {
    return client->connection->call(protocol::MessageId::kCancel, handle, body, PendingTable::Use::kCancel).status;
}

/// NT wants an offset for every transfer on a handle that was opened for overlapped use, and devices
/// ignore it.
int64_t position(int64_t offset, size_t done) {
    return (offset == RSL_NO_OFFSET ? 0 : offset) + static_cast<int64_t>(done);
}

/// Transfers longer than the arena go in pieces; a short or failed piece ends it.
template <typename Piece>
rsl_status in_pieces(rsl_client* client, size_t total, size_t* bytes, const Piece& piece) {
    const size_t most = rsl_arena_bytes(client) / 2;
    size_t done = 0;
    rsl_status status = RSL_STATUS_SUCCESS;
    do {
        const size_t wanted = std::min(total - done, most);
        size_t moved = 0;
        status = piece(done, wanted, &moved);
        done += std::min(moved, wanted);
        if (status < 0 || moved < wanted) break;
    } while (done < total);
    if (bytes != nullptr) *bytes = done;
    return done > 0 && status < 0 ? RSL_STATUS_SUCCESS : status;
}

}  // namespace

extern "C" {

rsl_status rsl_call(rsl_client* client, const rsl_request* request, rsl_result* result) {
    if (request == nullptr || request->size < sizeof(rsl_request)) return bad_size();
    return call(*client->connection, *request, result);
}

rsl_status rsl_submit(rsl_client* client, const rsl_request* request, rsl_callback callback, void* context,
                      uint64_t* id) {
    if (request == nullptr || request->size < sizeof(rsl_request)) return bad_size();
    std::shared_ptr<Prepared> prepared;
    if (const rsl_status status = Prepared::prepare(*client->connection, *request, prepared); status < 0) return status;
    // The callback may run before start() has told the id: it comes from the same place.
    struct Shared {
        std::shared_ptr<Prepared> prepared;
        rsl_callback callback;
        void* context;
    };
    const auto shared = std::make_shared<Shared>(Shared{std::move(prepared), callback, context});
    const auto started = client->connection->start(
        shared->prepared->entry(), [shared](Moment moment, uint64_t request_id, const Reply& reply) {
            rsl_result result{};
            if (moment == Moment::kInterim) {
                result.status = RSL_STATUS_PENDING;
            } else {
                result = shared->prepared->finish(reply);
                shared->prepared.reset();  // the arena is free before the callback asks for more
            }
            if (shared->callback != nullptr) shared->callback(shared->context, request_id, &result);
        });
    if (started.status < 0) {
        return fail(started.status, "too many requests are outstanding: dispatch some first");
    }
    if (id != nullptr) *id = started.id;
    return RSL_STATUS_SUCCESS;
}

rsl_status rsl_call_or_pend(rsl_client* client, const rsl_request* request, rsl_result* result, rsl_callback callback,
                            void* context, uint64_t* id) {
    if (request == nullptr || request->size < sizeof(rsl_request)) return bad_size();
    rsl_request telling = *request;
    telling.flags |= RSL_TELL_PENDING;
    std::shared_ptr<Prepared> prepared;
    if (const rsl_status status = Prepared::prepare(*client->connection, telling, prepared); status < 0) return status;
    const auto outcome = client->connection->call_or_pend(
        prepared->entry(), [prepared, callback, context](Moment, uint64_t request_id, const Reply& reply) {
            const rsl_result late = prepared->finish(reply);
            if (callback != nullptr) callback(context, request_id, &late);
        });
    if (id != nullptr) *id = outcome.id;
    if (!outcome.reply) return RSL_STATUS_PENDING;
    const rsl_result done = prepared->finish(*outcome.reply);
    if (result != nullptr) *result = done;
    if (done.status == RSL_STATUS_DISCONNECTED) set_last_error(client->connection->ending());
    return done.status;
}

int rsl_poll_fd(rsl_client* client) { return client->connection->poll_fd(); }
int rsl_dispatch(rsl_client* client, int timeout_ms) { return client->connection->dispatch(timeout_ms); }

rsl_status rsl_cancel(rsl_client* client, uint64_t id) {
    return cancel(client, 0, {.request_id = id, .scope = protocol::CancelScope::kRequest});
}
rsl_status rsl_cancel_handle(rsl_client* client, rsl_handle handle) {
    return cancel(client, handle, {.scope = protocol::CancelScope::kHandle});
}
rsl_status rsl_cancel_all(rsl_client* client) { return cancel(client, 0, {.scope = protocol::CancelScope::kAll}); }

void* rsl_alloc(rsl_client* client, size_t bytes) {
    Arena& arena = client->connection->arena();
    auto span = arena.allocate(bytes);
    if (!span && client->connection->loans().release_spare()) span = arena.allocate(bytes);
    if (!span) {
        set_last_error("the shared memory has no " + std::to_string(bytes) + " bytes left in one piece");
        return nullptr;
    }
    return arena.at(span->offset);
}
void rsl_free(rsl_client* client, void* memory) {
    Arena& arena = client->connection->arena();
    if (const auto offset = memory != nullptr ? arena.offset_of(memory, 1) : std::nullopt) arena.free(*offset);
}
size_t rsl_arena_bytes(rsl_client* client) { return client->connection->arena().bytes(); }

rsl_status rsl_open(rsl_client* client, const char* path, uint32_t access, rsl_handle* handle) {
    const auto text = path != nullptr ? to_nt_path(path) : std::nullopt;
    if (!text) return fail(RSL_STATUS_INVALID_PARAMETER, "the path is no UTF-8 text");
    rsl_request request = make_request(RSL_OP_OPEN, 0);
    request.access = access | kSynchronize;
    request.share_access = kShareAll;
    request.disposition = kFileOpen;
    request.text = reinterpret_cast<const uint16_t*>(text->data());
    request.text_bytes = text->size() * sizeof(char16_t);
    rsl_result result{};
    const rsl_status status = call(*client->connection, request, &result);
    if (handle != nullptr) *handle = RSL_SUCCEEDED(status) ? result.handle : 0;
    return status;
}

rsl_status rsl_close(rsl_client* client, rsl_handle handle) {
    return client->connection->call(protocol::MessageId::kClose, handle, protocol::Nothing{}).status;
}

rsl_status rsl_duplicate(rsl_client* client, rsl_handle handle, rsl_handle* copy) {
    const Reply reply = client->connection->call(protocol::MessageId::kDuplicate, handle,
                                                 protocol::Duplicate{.options = kSameAccess});
    if (copy != nullptr) *copy = RSL_SUCCEEDED(reply.status) ? static_cast<rsl_handle>(reply.values[0]) : 0;
    return reply.status;
}

rsl_status rsl_read(rsl_client* client, rsl_handle handle, int64_t offset, void* buffer, size_t buffer_bytes,
                    size_t* bytes) {
    return in_pieces(client, buffer_bytes, bytes, [&](size_t done, size_t wanted, size_t* moved) {
        rsl_request request = make_request(RSL_OP_READ, handle);
        request.flags = RSL_HAS_OFFSET;
        request.offset = position(offset, done);
        request.out = static_cast<char*>(buffer) + done;
        request.out_bytes = wanted;
        return call_for_bytes(client, request, moved);
    });
}

rsl_status rsl_write(rsl_client* client, rsl_handle handle, int64_t offset, const void* data, size_t data_bytes,
                     size_t* bytes) {
    return in_pieces(client, data_bytes, bytes, [&](size_t done, size_t wanted, size_t* moved) {
        rsl_request request = make_request(RSL_OP_WRITE, handle);
        request.flags = RSL_HAS_OFFSET;
        request.offset = position(offset, done);
        request.in = static_cast<const char*>(data) + done;
        request.in_bytes = wanted;
        return call_for_bytes(client, request, moved);
    });
}

static rsl_status control(rsl_client* client, rsl_operation operation, rsl_handle handle, uint32_t code,
                          const void* in, size_t in_bytes, void* out, size_t out_bytes, size_t* bytes) {
    rsl_request request = make_request(operation, handle);
    request.code = code;
    request.in = in;
    request.in_bytes = in_bytes;
    request.out = out;
    request.out_bytes = out_bytes;
    return call_for_bytes(client, request, bytes);
}

rsl_status rsl_ioctl(rsl_client* client, rsl_handle handle, uint32_t code, const void* in, size_t in_bytes,
                     void* out, size_t out_bytes, size_t* bytes) {
    return control(client, RSL_OP_IOCTL, handle, code, in, in_bytes, out, out_bytes, bytes);
}
rsl_status rsl_fsctl(rsl_client* client, rsl_handle handle, uint32_t code, const void* in, size_t in_bytes,
                     void* out, size_t out_bytes, size_t* bytes) {
    return control(client, RSL_OP_FSCTL, handle, code, in, in_bytes, out, out_bytes, bytes);
}
rsl_status rsl_flush(rsl_client* client, rsl_handle handle) {
    return call(*client->connection, make_request(RSL_OP_FLUSH, handle), nullptr);
}
rsl_status rsl_query_information(rsl_client* client, rsl_handle handle, uint32_t info_class, void* out,
                                 size_t out_bytes, size_t* bytes) {
    return control(client, RSL_OP_QUERY_INFORMATION, handle, info_class, nullptr, 0, out, out_bytes, bytes);
}
rsl_status rsl_set_information(rsl_client* client, rsl_handle handle, uint32_t info_class, const void* in,
                               size_t in_bytes) {
    return control(client, RSL_OP_SET_INFORMATION, handle, info_class, in, in_bytes, nullptr, 0, nullptr);
}
rsl_status rsl_query_volume(rsl_client* client, rsl_handle handle, uint32_t info_class, void* out,
                            size_t out_bytes, size_t* bytes) {
    return control(client, RSL_OP_QUERY_VOLUME, handle, info_class, nullptr, 0, out, out_bytes, bytes);
}

rsl_status rsl_set_volume(rsl_client* client, rsl_handle handle, uint32_t info_class, const void* in,
                          size_t in_bytes) {
    return control(client, RSL_OP_SET_VOLUME, handle, info_class, in, in_bytes, nullptr, 0, nullptr);
}

rsl_status rsl_wait(rsl_client* client, rsl_handle handle, int timeout_ms) {
    rsl_request request = make_request(RSL_OP_WAIT, handle);
    if (timeout_ms >= 0) {
        request.flags = RSL_HAS_TIMEOUT;
        request.timeout_100ns = -int64_t{timeout_ms} * 10'000;
    }
    return call(*client->connection, request, nullptr);
}
rsl_status rsl_create_event(rsl_client* client, int kind, int signalled, rsl_handle* handle) {
    rsl_request request = make_request(RSL_OP_CREATE_EVENT, 0);
    request.access = kEventAllAccess;
    request.code = static_cast<uint32_t>(kind);
    request.options = signalled != 0 ? 1 : 0;
    rsl_result result{};
    const rsl_status status = call(*client->connection, request, &result);
    if (handle != nullptr) *handle = RSL_SUCCEEDED(status) ? result.handle : 0;
    return status;
}
rsl_status rsl_set_event(rsl_client* client, rsl_handle handle) {
    return call(*client->connection, make_request(RSL_OP_SET_EVENT, handle), nullptr);
}
rsl_status rsl_reset_event(rsl_client* client, rsl_handle handle) {
    return call(*client->connection, make_request(RSL_OP_RESET_EVENT, handle), nullptr);
}

}  // extern "C"
