// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/system_ranges.hpp"

#include <bit>

namespace rsl::mm {

SizeStep size_step(uint32_t pages) {
    RSL_CHECK(pages > 0 && pages <= SystemRanges::kLargestRange);
    if (pages <= 32) return {pages - 1, pages};
    const auto power = static_cast<uint32_t>(std::bit_width(pages - 1)) - 1;  // 2^power < pages
    const uint32_t step = 1u << (power - 3);
    const uint32_t number = (pages - (1u << power) + step - 1) / step;  // 1 .. 8
    return {32 + (power - 5) * 8 + number - 1, (1u << power) + number * step};
}

SystemRange* SystemRanges::reuse(uint32_t pages) {
    SystemRange*& head = free_[size_step(pages).index];
    SystemRange* range = head;
    if (range == nullptr) return nullptr;
    head = range->next;
    enlist(*range);
    return range;
}

bool SystemRanges::open(SystemRange& record, uint32_t pages) {
    pages = size_step(pages).pages;
    const uint64_t bytes = (uint64_t{pages} + 1) * 4096;  // with its guard page
    if (bytes > end_ - next_) return false;
    record = {.next = nullptr, .address = next_, .pages = pages};
    next_ += bytes;
    enlist(record);
    return true;
}

bool SystemRanges::open_at(SystemRange& record, uint64_t address, uint32_t pages) {
    const auto end_of = [](uint64_t start, uint32_t count) { return start + (uint64_t{count} + 1) * 4096; };
    RSL_CHECK(is_outside(address));
    bool free = true;
    for_each([&](const SystemRange& live) {
        if (live.address < end_of(address, pages) && address < end_of(live.address, live.pages)) free = false;
    });
    if (!free) return false;
    record = {.next = nullptr, .address = address, .pages = pages};
    enlist(record);
    return true;
}

SystemRange* SystemRanges::take_retired() {
    SystemRange* const record = retired_;
    if (record != nullptr) retired_ = record->next;
    return record;
}

void SystemRanges::enlist(SystemRange& range) {
    SystemRange*& bucket = live_[bucket_of(range.address)];
    range.next = bucket;
    range.use = RangeUse::kPlain;
    bucket = &range;
    live_pages_ += range.pages;
}

SystemRange* SystemRanges::find(uint64_t address) const {
    SystemRange* range = live_[bucket_of(address)];
    while (range != nullptr && range->address != address) range = range->next;
    return range;
}

SystemRange* SystemRanges::close(uint64_t address) {
    for (SystemRange** link = &live_[bucket_of(address)]; *link != nullptr; link = &(*link)->next) {
        SystemRange* range = *link;
        if (range->address != address) continue;
        *link = range->next;
        live_pages_ -= range->pages;
        return range;
    }
    return nullptr;
}

void SystemRanges::recycle(SystemRange& range) {
    SystemRange*& head = is_outside(range.address) ? retired_ : free_[size_step(range.pages).index];
    range.next = head;
    head = &range;
}

}  // namespace rsl::mm
