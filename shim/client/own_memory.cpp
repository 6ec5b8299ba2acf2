// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/own_memory.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace rsl::client {
namespace {

constexpr size_t kRunsAtOnce = 64;

void* pointer(uint64_t address) { return reinterpret_cast<void*>(address); }

}  // namespace

size_t read_own_pages(uint64_t address, size_t pages, std::byte* to) {
    // An element a page: what the kernel cannot read whole, it leaves out from there on.
    std::array<iovec, kRunsAtOnce> theirs;
    size_t done = 0;
    while (done < pages) {
        const size_t count = std::min(pages - done, theirs.size());
        for (size_t i = 0; i < count; ++i) theirs[i] = {pointer(address + (done + i) * kPageBytes), kPageBytes};
        const iovec ours{to + done * kPageBytes, count * kPageBytes};
        const ssize_t copied = ::process_vm_readv(::getpid(), &ours, 1, theirs.data(), count, 0);
        if (copied > 0) done += static_cast<size_t>(copied) / kPageBytes;
        if (copied < static_cast<ssize_t>(count * kPageBytes)) break;
    }
    return done;
}

bool is_own_page_writable(uint64_t address) {
    // The kernel writes to user memory here, atomically: value | 0. Nobody waits for the first word; one who waits for the
    // second might be woken for nothing, which waiters expect.
    static uint32_t nobody_waits = 0;
    constexpr uint32_t kOrWithNothing = FUTEX_OP(FUTEX_OP_OR, 0, FUTEX_OP_CMP_LT, 0);
    return ::syscall(SYS_futex, &nobody_waits, FUTEX_WAKE_OP_PRIVATE, 0, nullptr, pointer(address), kOrWithNothing) >= 0;
}

void write_own_bytes(std::span<const OwnBytes> runs) {
    std::array<iovec, kRunsAtOnce> ours, theirs;
    for (size_t done = 0; done < runs.size();) {
        const size_t count = std::min(runs.size() - done, ours.size());
        size_t bytes = 0;
        for (size_t i = 0; i < count; ++i) {
            const OwnBytes& run = runs[done + i];
            ours[i] = {const_cast<std::byte*>(run.bytes.data()), run.bytes.size()};  // NOLINT: iovec knows no const
            theirs[i] = {pointer(run.address), run.bytes.size()};
            bytes += run.bytes.size();
        }
        const ssize_t written = ::process_vm_writev(::getpid(), ours.data(), count, theirs.data(), count, 0);
        if (written == static_cast<ssize_t>(bytes)) {
            done += count;
            continue;
        }
        // Behind the first one that cannot be written.
        size_t left = written > 0 ? static_cast<size_t>(written) : 0;
        while (left >= runs[done].bytes.size()) left -= runs[done++].bytes.size();
        ++done;
    }
}

}  // namespace rsl::client
