// SPDX-License-Identifier: GPL-2.0-only
// How the end of a request reaches the program: status block, event, completion port, APC; at once
// or later.
//
//     issue() -- rsl_call_or_pend --+-- done at once: told by the calling thread itself
//                                   +-- pends: STATUS_PENDING; the helper thread tells, when the VM
//                                   has answered
//
// Events, ports and APCs are Wine's, so whoever tells must be a thread of Wine's: the helper is one
// (own_thread.hpp), started when a first request pends.
#pragma once

#include <cstdint>
#include <optional>

#include "abi/types/basic.h"
#include "shim/api/rsl.h"
#include "shim/client/request.hpp"
#include "shim/wine/file_table.hpp"
#include "shim/wine/status_block.hpp"

namespace rsl::wine {

/// Where a request's end is to be told: arguments 0 to 4 of NtReadFile and its kin.
struct Destination {
    uint64_t handle;
    uint64_t event, apc, apc_context;
    StatusBlock status_block;
};

/// Makes the request on the file; the destination hears of its end. User memory has been probed.
/// Call without a SignalGuard.
NTSTATUS issue(FileReference file, const Destination& destination, rsl_request request);

/// Makes a request that has no event, APC or port, and waits for its end.
NTSTATUS wait_for_request(const File& file, rsl_request request, IO_STATUS_BLOCK* status_block);

/// NtCancelIoFile, NtCancelIoFileEx: the requests of one thread or of all, with the status block at this address
/// or any. STATUS_NOT_FOUND: none.
inline constexpr uint32_t kAnyThread = 0;
inline constexpr uint64_t kAnyStatusBlock = 0;
NTSTATUS cancel_requests(const File& file, uint32_t thread, uint64_t status_block);

/// FileCompletionInformation: from now on ends of requests go to the port.
NTSTATUS bind_port(File& file, uint64_t port, uint64_t key);
/// The last handle has gone: the driver gets its cleanup and, when nothing pends any more, its close. Gives the port back.
/// The VM does it from the construction on, and has done it when the destructor returns.
class ClosingFile {
  public:
    explicit ClosingFile(File& file);
    ClosingFile(const ClosingFile&) = delete;
    ClosingFile& operator=(const ClosingFile&) = delete;
    ~ClosingFile();

  private:
    File& file_;
    std::optional<client::CallInFlight> close_;  // none: it was parked
};
inline void close_file(File& file) { const ClosingFile closing{file}; }

}  // namespace rsl::wine
