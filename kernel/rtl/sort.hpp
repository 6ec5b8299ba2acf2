// SPDX-License-Identifier: GPL-2.0-only
// qsort and bsearch. Heap sort: kernel stacks are small, and the worst case must not be the driver's
// problem.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace rsl::rtl {

/// Elements of `bytes` each; `less_or_more(a, b)` is negative, zero or positive.
template <typename Compare>
void sort(void* base, size_t count, size_t bytes, Compare&& compare) {
    auto* first = static_cast<unsigned char*>(base);
    const auto at = [&](size_t index) { return first + index * bytes; };
    const auto swap = [&](size_t a, size_t b) {
        for (size_t i = 0; i < bytes; ++i) std::swap(at(a)[i], at(b)[i]);
    };
    const auto sift = [&](size_t root, size_t end) {
        for (size_t child; (child = 2 * root + 1) < end; root = child) {
            if (child + 1 < end && compare(at(child), at(child + 1)) < 0) ++child;
            if (compare(at(root), at(child)) >= 0) return;
            swap(root, child);
        }
    };
    for (size_t root = count / 2; root-- > 0;) sift(root, count);
    for (size_t end = count; end > 1;) {
        swap(0, --end);
        sift(0, end);
    }
}

template <typename Compare>
void* search(const void* key, const void* base, size_t count, size_t bytes, Compare&& compare) {
    auto* first = static_cast<const unsigned char*>(base);
    for (size_t low = 0, high = count; low < high;) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare(key, first + middle * bytes);
        if (order == 0) return const_cast<unsigned char*>(first + middle * bytes);
        if (order > 0) low = middle + 1;
        else high = middle;
    }
    return nullptr;
}

}  // namespace rsl::rtl
