// SPDX-License-Identifier: GPL-2.0-only
// From an rsl_request to an entry: what the VM has to see is put into the arena, and what it wrote
// there is fetched back.
#pragma once

#include <memory>
#include <optional>

#include "shim/api/rsl.h"
#include "shim/client/connection.hpp"

namespace rsl::client {

/// Arena memory of one request, given back when it goes.
class Staging {
  public:
    explicit Staging(Connection& connection) : arena_(connection.arena()), loans_(connection.loans()) {}
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;
    ~Staging();

    /// One visit to the arena for what the next two calls will want together.
    void expect(uint64_t first_bytes, uint64_t second_bytes);
    /// Where the VM finds `bytes`: a copy, or the memory itself if it lies in the arena.
    std::optional<protocol::ArenaSpan> put(const void* data, uint64_t bytes);
    enum class Content : uint8_t { kZero, kCopied };
    /// Where the VM writes for the application; fetch() copies it there.
    std::optional<protocol::ArenaSpan> reserve(void* out, uint64_t bytes, Content content);
    /// Copies at most `bytes` of what the VM wrote to where the application wants it.
    void fetch(uint64_t bytes) const;

  private:
    static constexpr size_t kMost = 3;
    std::optional<protocol::ArenaSpan> take(uint64_t bytes);
    std::optional<protocol::ArenaSpan> allocate(uint64_t bytes);
    Arena& arena_;
    Loans& loans_;
    uint32_t taken_[kMost] = {};
    size_t count_ = 0;
    protocol::ArenaSpan expected_{};  // taken, and nobody's yet
    void* out_ = nullptr;  // nullptr: nothing to copy
    protocol::ArenaSpan staged_{};
};

/// A request ready to go, and how to read its reply.
class Prepared {
  public:
    /// A failed status, with last_error() set, when it cannot be sent.
    static rsl_status prepare(Connection& connection, const rsl_request& request,
                              std::shared_ptr<Prepared>& prepared);
    explicit Prepared(Connection& connection, const rsl_request& request)
        : connection_(connection), staging_(connection), request_(request) {}
    ~Prepared() { connection_.loans().end(lent_, Loans::Outcome::kNone); }

    const protocol::RequestEntry& entry() const { return entry_; }
    /// Fetches the output; makes a result of the reply.
    rsl_result finish(const Reply& reply);

  private:
    friend class CallInFlight;
    rsl_status build();
    rsl_status build_open();
    rsl_status build_addresses(protocol::MessageId message);
    rsl_status build_control(protocol::MessageId message);
    rsl_status build_information(protocol::MessageId message, bool set);
    rsl_status build_named(protocol::MessageId message);
    rsl_status too_large(uint64_t bytes) const;
    template <typename Body>
    rsl_status make(protocol::MessageId message, const Body& body);
    bool whole_output() const;

    Connection& connection_;
    Staging staging_;
    rsl_request request_;
    protocol::RequestEntry entry_{};
    Loans::Request lent_;
};

/// A request that is made while its caller does something else.
class CallInFlight {
  public:
    /// Sends it.
    CallInFlight(Connection& connection, const rsl_request& request);
    CallInFlight(const CallInFlight&) = delete;
    CallInFlight& operator=(const CallInFlight&) = delete;
    /// What cancels it; 0: it has not been sent.
    uint64_t id() const { return sent_.id; }
    /// Waits for it; once, and always.
    rsl_status end(rsl_result* result);

  private:
    Connection& connection_;
    Prepared prepared_;
    rsl_status built_;
    Connection::Sent sent_{};
};

/// Does a request and waits for it.
rsl_status call(Connection& connection, const rsl_request& request, rsl_result* result);

}  // namespace rsl::client
