// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/lender.hpp"

#include <algorithm>
#include <vector>

#include "protocol/codec/changed_run_reader.hpp"
#include "shim/client/own_memory.hpp"

namespace rsl::client {

using protocol::Fetch;
using protocol::FetchAccess;

namespace {

constexpr uint64_t kUserEnd = protocol::ChangedRunReader::kUserEnd;
constexpr uint64_t kShareOfArena = 16;
constexpr uint64_t kMostBytes = 64 * 1024;

}  // namespace

void Lender::open() {
    const uint64_t wanted = align_down<uint64_t>(std::min(arena_.bytes() / kShareOfArena, kMostBytes), kPageBytes);
    if (wanted == 0) return;
    if (const auto span = arena_.allocate(wanted)) window_ = {span->offset, static_cast<uint32_t>(wanted)};
}

std::optional<protocol::Lend> Lender::lend(const Fetch& wanted) {
    if (window_.bytes == 0 || wanted.address % kPageBytes != 0 || wanted.access > FetchAccess::kWrite) return std::nullopt;
    if (wanted.pages == 0 || wanted.pages > window_.bytes / kPageBytes) return std::nullopt;
    if (!in_bounds(wanted.address, wanted.pages * kPageBytes, kUserEnd)) return std::nullopt;
    loans_.take_changes_of(wanted.address, wanted.pages * kPageBytes);
    protocol::Lend lent{};
    // Asked before reading: making a page writable may be what gives it its content.
    if (wanted.access == FetchAccess::kWrite && !is_own_page_writable(wanted.address)) return lent;
    lent.pages = static_cast<uint32_t>(read_own_pages(wanted.address, wanted.pages, arena_.at(window_.offset)));
    if (lent.pages == 0) return lent;
    // Who reads may write next: one question less then, if the answer costs nothing.
    if (can_use_own_pages(wanted.address, lent.pages * kPageBytes, Use::kWrite, Touch::kNo)) {
        lent.writable = lent.pages == 64 ? ~uint64_t{0} : (uint64_t{1} << lent.pages) - 1;
        return lent;
    }
    if (wanted.access != FetchAccess::kWrite) return lent;
    lent.writable = 1;
    for (uint32_t i = 1; i < lent.pages; ++i) {
        lent.writable |= uint64_t{is_own_page_writable(wanted.address + i * kPageBytes)} << i;
    }
    return lent;
}

bool Lender::take_back(uint64_t bytes) {
    if (bytes > window_.bytes) return false;
    // Our own copy: the VM could change what has been checked.
    std::vector<std::byte> runs(arena_.at(window_.offset), arena_.at(window_.offset) + bytes);
    std::vector<OwnBytes> changed;
    protocol::ChangedRunReader reader{runs};
    while (!reader.at_end()) {
        const auto run = reader.next();
        if (!run) return false;
        changed.push_back({run->address, run->bytes});
    }
    write_own_bytes(changed);
    for (const OwnBytes& run : changed) loans_.change(run.address, run.bytes);
    return true;
}

}  // namespace rsl::client
