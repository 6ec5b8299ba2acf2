// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/request.hpp"

#include <algorithm>
#include <cstring>

#include "base/core/bytes.hpp"
#include "protocol/message/file.hpp"
#include "protocol/message/object.hpp"
#include "protocol/message/session.hpp"
#include "shim/client/last_error.hpp"

namespace rsl::client {

using protocol::ArenaSpan;
using protocol::MessageId;

namespace {

constexpr uint32_t kCaseInsensitive = 0x40;  // OBJ_CASE_INSENSITIVE
constexpr uint32_t kMethodMask = 3, kMethodBuffered = 0, kMethodNeither = 3;
constexpr uint64_t kAlignment = 64;  // of a piece within what was expected

}  // namespace

// ---- Staging

Staging::~Staging() {
    for (size_t i = 0; i < count_; ++i) arena_.free(taken_[i]);
}

std::optional<ArenaSpan> Staging::take(uint64_t bytes) {
    auto span = arena_.allocate(bytes);
    if (!span && loans_.release_spare()) span = arena_.allocate(bytes);
    if (span) taken_[count_++] = span->offset;
    return span;
}

void Staging::expect(uint64_t first_bytes, uint64_t second_bytes) {
    if (first_bytes > arena_.bytes() || second_bytes > arena_.bytes()) return;
    if (const auto span = take(align_up(first_bytes, kAlignment) + second_bytes)) expected_ = *span;
}

std::optional<ArenaSpan> Staging::allocate(uint64_t bytes) {
    if (bytes > expected_.bytes) return take(bytes);
    const ArenaSpan piece{expected_.offset, static_cast<uint32_t>(bytes)};
    const auto used = static_cast<uint32_t>(std::min<uint64_t>(align_up(bytes, kAlignment), expected_.bytes));
    expected_ = {expected_.offset + used, expected_.bytes - used};
    return piece;
}

std::optional<ArenaSpan> Staging::put(const void* data, uint64_t bytes) {
    if (bytes == 0) return ArenaSpan{0, 0};
    if (bytes > arena_.bytes()) return std::nullopt;
    if (const auto offset = arena_.offset_of(data, bytes)) return ArenaSpan{*offset, static_cast<uint32_t>(bytes)};
    const auto span = allocate(bytes);
    if (!span) return std::nullopt;
    std::memcpy(arena_.at(span->offset), data, bytes);
    return ArenaSpan{span->offset, static_cast<uint32_t>(bytes)};
}

std::optional<ArenaSpan> Staging::reserve(void* out, uint64_t bytes, Content content) {
    if (bytes == 0) return ArenaSpan{0, 0};
    if (bytes > arena_.bytes()) return std::nullopt;
    if (const auto offset = arena_.offset_of(out, bytes)) return ArenaSpan{*offset, static_cast<uint32_t>(bytes)};
    const auto span = allocate(bytes);
    if (!span) return std::nullopt;
    if (content == Content::kCopied) std::memcpy(arena_.at(span->offset), out, bytes);
    out_ = out;
    staged_ = {span->offset, static_cast<uint32_t>(bytes)};
    return staged_;
}

void Staging::fetch(uint64_t bytes) const {
    if (out_ == nullptr) return;
    std::memcpy(out_, arena_.at(staged_.offset), bytes < staged_.bytes ? bytes : staged_.bytes);
}

// ---- Building

rsl_status Prepared::prepare(Connection& connection, const rsl_request& request,
                             std::shared_ptr<Prepared>& prepared) {
    prepared = std::make_shared<Prepared>(connection, request);
    return prepared->build();
}

template <typename Body>
rsl_status Prepared::make(MessageId message, const Body& body) {
    const auto flags = static_cast<uint16_t>(((request_.flags & RSL_TELL_PENDING) != 0 ? protocol::kNotifyPending : 0) |
                                             ((request_.flags & RSL_NO_BELL) != 0 ? protocol::kNoBell : 0));
    entry_ = protocol::encode(0, message, request_.handle, body, flags);
    return RSL_STATUS_SUCCESS;
}

rsl_status Prepared::too_large(uint64_t bytes) const {
    return fail(RSL_STATUS_TOO_LARGE, "a buffer of " + std::to_string(bytes) + " bytes does not fit into the " +
                                          std::to_string(connection_.arena().bytes()) +
                                          " bytes of shared memory that this connection has, or others use them now");
}

rsl_status Prepared::build() {
    connection_.loans().tell_changes();
    switch (request_.operation) {
        case RSL_OP_OPEN: return build_open();
        case RSL_OP_CLOSE: return make(MessageId::kClose, protocol::Nothing{});
        case RSL_OP_DUPLICATE:
            return make(MessageId::kDuplicate, protocol::Duplicate{.desired_access = request_.access,
                                                                   .attributes = request_.attributes,
                                                                   .options = request_.options,
                                                                   .source_process = request_.key});
        case RSL_OP_READ: {
            const auto buffer = staging_.reserve(request_.out, request_.out_bytes, Staging::Content::kZero);
            if (!buffer) return too_large(request_.out_bytes);
            return make(MessageId::kRead, protocol::Transfer{*buffer, request_.offset, request_.key, request_.flags & 3});
        }
        case RSL_OP_WRITE: {
            const auto buffer = staging_.put(request_.in, request_.in_bytes);
            if (!buffer) return too_large(request_.in_bytes);
            return make(MessageId::kWrite, protocol::Transfer{*buffer, request_.offset, request_.key, request_.flags & 3});
        }
        case RSL_OP_IOCTL: return build_control(MessageId::kIoControl);
        case RSL_OP_FSCTL: return build_control(MessageId::kFsControl);
        case RSL_OP_FLUSH: return make(MessageId::kFlush, protocol::Nothing{});
        case RSL_OP_QUERY_INFORMATION: return build_information(MessageId::kQueryInformation, false);
        case RSL_OP_SET_INFORMATION: return build_information(MessageId::kSetInformation, true);
        case RSL_OP_QUERY_VOLUME: return build_information(MessageId::kQueryVolume, false);
        case RSL_OP_SET_VOLUME: return build_information(MessageId::kSetVolume, true);
        case RSL_OP_QUERY_SYSTEM: return build_information(MessageId::kQuerySystem, false);
        case RSL_OP_QUERY_OBJECT: return build_information(MessageId::kQueryObject, false);
        case RSL_OP_QUERY_DIRECTORY: {
            const auto pattern = staging_.put(request_.text, request_.text_bytes);
            const auto buffer = staging_.reserve(request_.out, request_.out_bytes, Staging::Content::kZero);
            if (!pattern || !buffer) return too_large(request_.text_bytes + request_.out_bytes);
            return make(MessageId::kQueryDirectoryFile,
                        protocol::QueryDirectoryFile{request_.code, request_.options & 3, *buffer, *pattern});
        }
        case RSL_OP_WAIT:
            return make(MessageId::kWait,
                        protocol::Wait{.timeout_100ns = request_.timeout_100ns,
                                       .flags = (request_.flags & RSL_HAS_TIMEOUT) != 0 ? uint32_t{protocol::kHasTimeout} : 0});
        case RSL_OP_CREATE_EVENT:
            return make(MessageId::kCreateEvent,
                        protocol::CreateEvent{.desired_access = request_.access,
                                              .type = static_cast<uint16_t>(request_.code & 1),
                                              .initial = static_cast<uint16_t>(request_.options & 1)});
        case RSL_OP_SET_EVENT:
            return make(MessageId::kSignalEvent, protocol::SignalEvent{protocol::SignalOperation::kSet, 0});
        case RSL_OP_RESET_EVENT:
            return make(MessageId::kSignalEvent, protocol::SignalEvent{protocol::SignalOperation::kReset, 0});
        case RSL_OP_OPEN_DIRECTORY: return build_named(MessageId::kOpenDirectory);
        case RSL_OP_OPEN_LINK: return build_named(MessageId::kOpenSymbolicLink);
        case RSL_OP_QUERY_LINK: {
            const auto buffer = staging_.reserve(request_.out, request_.out_bytes, Staging::Content::kZero);
            if (!buffer) return too_large(request_.out_bytes);
            return make(MessageId::kQuerySymbolicLink, protocol::QuerySymbolicLink{*buffer});
        }
        case RSL_OP_PING: return make(MessageId::kPing, protocol::Ping{1});
        default:
            return fail(RSL_STATUS_INVALID_PARAMETER,
                        "operation " + std::to_string(request_.operation) + " does not exist");
    }
}

rsl_status Prepared::build_open() {
    if (request_.text_bytes > protocol::kMaxPathBytes || request_.in_bytes > protocol::kMaxEaBytes) {
        return fail(RSL_STATUS_INVALID_PARAMETER, "the path or the extended attributes are longer than NT allows");
    }
    const auto path = staging_.put(request_.text, request_.text_bytes);
    const auto ea = staging_.put(request_.in, request_.in_bytes);
    if (!path || !ea) return too_large(request_.text_bytes + request_.in_bytes);
    return make(MessageId::kOpen,
                protocol::Open{.desired_access = request_.access,
                               .attributes = request_.attributes != 0 ? request_.attributes : kCaseInsensitive,
                               .file_attributes = request_.file_attributes,
                               .options = request_.options,
                               .share_access = static_cast<uint16_t>(request_.share_access),
                               .disposition = static_cast<uint16_t>(request_.disposition),
                               .path = *path,
                               .ea = *ea,
                               .allocation_bytes = request_.allocation_bytes});
}

/// METHOD_NEITHER: the driver gets what the program passed, good or bad.
rsl_status Prepared::build_addresses(MessageId message) {
    constexpr uint64_t kMost = 0xFFFFFFFF;
    if (request_.in_bytes > kMost || request_.out_bytes > kMost) {
        return fail(RSL_STATUS_INVALID_PARAMETER, "NT's buffers have less than 4 GB");
    }
    protocol::Control control{.code = request_.code,
                              .flags = protocol::kInputAtAddress | protocol::kOutputAtAddress,
                              .input = {0, static_cast<uint32_t>(request_.in_bytes)},
                              .output = {0, static_cast<uint32_t>(request_.out_bytes)},
                              .input_address = reinterpret_cast<uint64_t>(request_.in),
                              .output_address = reinterpret_cast<uint64_t>(request_.out)};
    // Memory from rsl_alloc() is at its address in the VM already.
    const auto range = [&](const void* at, uint64_t bytes) {
        const auto start = reinterpret_cast<uint64_t>(at);
        if (bytes == 0 || start + bytes < start || connection_.arena().offset_of(at, 1)) return ProgramRange{};
        return ProgramRange{start, start + bytes};
    };
    lent_ = connection_.loans().begin(range(request_.in, request_.in_bytes), range(request_.out, request_.out_bytes));
    const auto place = [](const LentBlock& block, uint64_t address) {
        return block.arena_offset + static_cast<uint32_t>(address - block.address);
    };
    if (lent_.input != nullptr) {
        control.flags |= protocol::kInputLent;
        control.input.offset = place(*lent_.input, control.input_address);
    }
    if (lent_.output != nullptr) {
        control.flags |= protocol::kOutputLent;
        control.output.offset = place(*lent_.output, control.output_address);
    }
    return make(message, control);
}

rsl_status Prepared::build_control(MessageId message) {
    if ((request_.code & kMethodMask) == kMethodNeither && connection_.lends()) return build_addresses(message);
    const bool out_is_in = (request_.code & kMethodMask) != kMethodBuffered || (request_.flags & RSL_COPY_OUT_IN) != 0;
    // One buffer for both directions is usual: let the driver see one, too.
    if (request_.in == request_.out && request_.in_bytes != 0 && out_is_in) {
        const uint64_t bytes = std::max(request_.in_bytes, request_.out_bytes);
        const auto both = staging_.reserve(request_.out, bytes, Staging::Content::kCopied);
        if (!both) return too_large(bytes);
        return make(message, protocol::Control{.code = request_.code,
                                               .input = {both->offset, static_cast<uint32_t>(request_.in_bytes)},
                                               .output = {both->offset, static_cast<uint32_t>(request_.out_bytes)}});
    }
    const Arena& arena = connection_.arena();
    if (request_.in_bytes != 0 && request_.out_bytes != 0 && !arena.offset_of(request_.in, 1) && !arena.offset_of(request_.out, 1)) {
        staging_.expect(request_.in_bytes, request_.out_bytes);
    }
    const auto input = staging_.put(request_.in, request_.in_bytes);
    const auto output = staging_.reserve(request_.out, request_.out_bytes,
                                         out_is_in ? Staging::Content::kCopied : Staging::Content::kZero);
    if (!input || !output) return too_large(request_.in_bytes + request_.out_bytes);
    return make(message, protocol::Control{.code = request_.code, .input = *input, .output = *output});
}

rsl_status Prepared::build_information(MessageId message, bool set) {
    const auto buffer = set ? staging_.put(request_.in, request_.in_bytes)
                            : staging_.reserve(request_.out, request_.out_bytes, Staging::Content::kCopied);
    if (!buffer) return too_large(set ? request_.in_bytes : request_.out_bytes);
    return make(message, protocol::Information{.information_class = request_.code, .buffer = *buffer});
}

rsl_status Prepared::build_named(MessageId message) {
    const auto path = staging_.put(request_.text, request_.text_bytes);
    if (!path || request_.text_bytes > protocol::kMaxPathBytes) return too_large(request_.text_bytes);
    return make(message, protocol::OpenNamed{.desired_access = request_.access,
                                             .attributes = request_.attributes != 0 ? request_.attributes : kCaseInsensitive,
                                             .path = *path});
}

// ---- The way back

/// Whether the driver wrote to the caller's memory itself, however much it says it did.
bool Prepared::whole_output() const {
    const bool control = request_.operation == RSL_OP_IOCTL || request_.operation == RSL_OP_FSCTL;
    return control && (request_.code & kMethodMask) != kMethodBuffered;
}

rsl_result Prepared::finish(const Reply& reply) {
    rsl_result result{};
    result.status = reply.status;
    result.information = reply.information;
    switch (request_.operation) {
        case RSL_OP_OPEN:
        case RSL_OP_DUPLICATE:
        case RSL_OP_CREATE_EVENT:
        case RSL_OP_OPEN_DIRECTORY:
        case RSL_OP_OPEN_LINK: result.handle = static_cast<rsl_handle>(reply.values[0]); break;
        default: result.value = reply.values[0]; break;
    }
    const bool replied = reply.status != RSL_STATUS_DISCONNECTED;
    connection_.loans().end(lent_, replied ? Loans::Outcome::kReplied : Loans::Outcome::kNone);
    if (whole_output()) {
        staging_.fetch(request_.out_bytes);
    } else if ((reply.status & 0xC0000000) != 0xC0000000) {  // success, information and warning
        staging_.fetch(reply.information);
    }
    return result;
}

CallInFlight::CallInFlight(Connection& connection, const rsl_request& request)
    : connection_(connection), prepared_(connection, request), built_(prepared_.build()) {
    if (built_ >= 0) sent_ = connection.begin(prepared_.entry(), PendingTable::Use::kOrdinary);
}

rsl_status CallInFlight::end(rsl_result* result) {
    if (built_ < 0) return built_;
    const rsl_result outcome = prepared_.finish(connection_.await(sent_));
    if (result != nullptr) *result = outcome;
    if (outcome.status == RSL_STATUS_DISCONNECTED) set_last_error(connection_.ending());
    return outcome.status;
}

rsl_status call(Connection& connection, const rsl_request& request, rsl_result* result) {
    return CallInFlight{connection, request}.end(result);
}

}  // namespace rsl::client
