// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/dma/transfer.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "kernel/arch/paging.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::hal {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("HaDt");
constexpr uint64_t kPage = arch::kPageBytes;

}  // namespace

Pages::Pages(PMDL mdl, PVOID current, uint32_t length)
    : Pages(mdl,
            reinterpret_cast<uint64_t>(current) - reinterpret_cast<uint64_t>(mdl->StartVa) -
                mdl->ByteOffset,
            length) {}

uint64_t Pages::address() const {
    const uint64_t offset = mdl_->ByteOffset + at_;
    const auto* pages = reinterpret_cast<const PFN_NUMBER*>(mdl_ + 1);
    return pages[offset / kPage] * kPage + offset % kPage;
}

uint32_t Pages::bytes() const {
    const uint64_t in_page = kPage - (mdl_->ByteOffset + at_) % kPage;
    return static_cast<uint32_t>(
        std::min({in_page, uint64_t{left_}, uint64_t{mdl_->ByteCount} - at_}));
}

void Pages::advance(uint32_t step) {
    at_ += step;
    left_ -= step;
    skip_finished();
}

void Pages::skip_finished() {
    while (mdl_ != nullptr && at_ >= mdl_->ByteCount) {
        at_ -= mdl_->ByteCount;
        mdl_ = mdl_->Next;
    }
}

uint32_t Pages::count() const {
    uint32_t count = 0;
    for (Pages rest = *this; !rest.at_end(); rest.advance()) ++count;
    return count;
}

bool Pages::all_there() const {
    Pages rest = *this;
    while (!rest.at_end()) rest.advance();
    return rest.left() == 0;
}

uint32_t direct_run(Pages pages, uint64_t highest) {
    uint32_t run = 0;
    for (uint64_t end = 0; !pages.at_end(); pages.advance()) {
        const uint64_t begin = pages.address();
        if ((run != 0 && begin != end) || begin + pages.bytes() - 1 > highest) break;
        run += pages.bytes();
        end = begin + pages.bytes();
    }
    return run;
}

Transfer* Transfer::make(Channel& channel, uint32_t registers, uint32_t pieces) {
    void* memory = mm::allocate(sizeof(Transfer) + pieces * sizeof(Piece), kTag);
    return memory != nullptr ? new (memory) Transfer(channel, registers, pieces) : nullptr;
}

void Transfer::free() {
    channel_.give_back(*this);
    mm::free(this);
}

void Transfer::end(bool write_to_device) {
    finish(write_to_device);
    channel_.give_back(*this);
}

uint32_t Transfer::take_in(Pages& pages, uint32_t most, bool write_to_device, uint64_t& address) {
    // A register of its own for each call, so that what lies at an offset in its page goes on lying
    // there.
    const auto offset = static_cast<uint32_t>(pages.at_end() ? 0 : pages.address() % kPage);
    const uint32_t begin =
        (used_ + MapRegisters::kBytes - 1) / MapRegisters::kBytes * MapRegisters::kBytes + offset;
    const uint32_t room = granted ? registers_ * MapRegisters::kBytes : 0;
    const MapRegisters& registers = channel_.registers();
    address = registers.address(first) + begin;
    uint32_t taken = 0;
    while (!pages.at_end() && taken < most && begin + taken < room && pieces_ < capacity_) {
        const uint32_t bytes = std::min({pages.bytes(), most - taken, room - begin - taken});
        Piece& piece = pieces()[pieces_++];
        piece = {static_cast<std::byte*>(arch::direct_map(pages.address())),
                 registers.memory(first) + begin + taken, bytes};
        if (write_to_device) std::memcpy(piece.copy, piece.data, bytes);
        taken += bytes;
        pages.advance(bytes);
    }
    if (taken != 0) used_ = begin + taken;
    return taken;
}

void Transfer::finish(bool write_to_device) {
    for (uint32_t i = 0; i < pieces_ && !write_to_device; ++i)
        std::memcpy(pieces()[i].data, pieces()[i].copy, pieces()[i].bytes);
    pieces_ = 0;
    used_ = 0;
}

}  // namespace rsl::hal
