// SPDX-License-Identifier: GPL-2.0-only
// What a process has to do with I/O. A part of ps::Process; nothing here allocates or needs another part.
#pragma once

#include <atomic>
#include <cstdint>

namespace rsl::io {

class CompletionQueue;

struct ProcessIo {
    /// Hears of what the process' asynchronous files' requests come to: a file is bound to it from its opening on.
    /// One reference. Set at most once; nullptr: files are bound by whoever wants to hear of them, as on Windows.
    std::atomic<CompletionQueue*> port = nullptr;
    std::atomic<uint32_t> file_flags = 0;  // FO_SKIP_* of those files; before the port
};

}  // namespace rsl::io
