// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/own_memory.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/posix/unique_fd.hpp"

namespace rsl::client {
namespace {

constexpr size_t kRunsAtOnce = 64;

#ifndef MADV_POPULATE_READ  // Linux 5.14
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

/// PROCMAP_QUERY of Linux 6.11 (linux/fs.h): what mapping an address is in, without a look at any page.
struct MappingQuery {
    uint64_t size, flags, address;
    uint64_t start, end, access, page_size, offset, inode;
    uint32_t device_major, device_minor, name_size, build_id_size;
    uint64_t name_address, build_id_address;
};
static_assert(sizeof(MappingQuery) == 104);
constexpr unsigned long kQueryMapping = _IOWR('f', 17, MappingQuery);
constexpr uint64_t kReadable = 1, kWritable = 2;

/// The kernel's own way to ask, of every page: half a microsecond each.
bool can_populate(uint64_t address, uint64_t bytes, Use use) {
    void* const at = reinterpret_cast<void*>(address);
    return ::madvise(at, bytes, use == Use::kWrite ? MADV_POPULATE_WRITE : MADV_POPULATE_READ) == 0;
}

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

bool can_use_own_pages(uint64_t address, uint64_t bytes, Use use, Touch touch, KnownMapping* known) {
    static const UniqueFd maps{::open("/proc/self/maps", O_RDONLY | O_CLOEXEC)};
    const uint64_t needed = use == Use::kWrite ? kReadable | kWritable : kReadable;
    const uint64_t end = address + bytes;
    if (known != nullptr && address >= known->start && end <= known->end) return (known->access & needed) == needed;
    for (uint64_t at = address; at < end;) {
        MappingQuery query{};
        query.size = sizeof(query);
        query.address = at;
        if (!maps || ::ioctl(maps.get(), kQueryMapping, &query) != 0) {
            return errno != ENOENT && touch == Touch::kYes && can_populate(at, end - at, use);  // an older kernel, or no /proc
        }
        if ((query.access & needed) != needed) return false;
        const uint64_t upto = std::min(end, query.end);
        if (known != nullptr && query.inode == 0) *known = {query.start, query.end, query.access};
        // A file may end before its mapping.
        if (query.inode != 0 && (touch == Touch::kNo || !can_populate(at, upto - at, use))) return false;
        at = upto;
    }
    return true;
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
