// SPDX-License-Identifier: GPL-2.0-only
// From the bytes of a hive file to keys. Every offset, length and count is checked: the file may have been
// damaged or made by anybody. Pure.
#pragma once

#include <span>

#include "base/core/result.hpp"
#include "kernel/cm/store.hpp"

namespace rsl::cm::hive {

/// What a file is found to be.
struct Problem {
    const char* what = nullptr;  // a sentence's part: "its checksum is wrong"
    uint32_t offset = 0;         // where, in the file
};

/// Reads the keys and values below the hive's root into `root`: what is there gets the hive's values, what is
/// missing is made. Sequence numbers that differ are a problem: the file needs its log, which we do not have.
/// Fails with STATUS_REGISTRY_CORRUPT and `problem`, or kInsufficientResources; `root` may then hold a part.
Result<void> read(std::span<const std::byte> file, Key& root, Problem& problem);

/// The sequence number of the base block, for the next writing. 0 for what is no hive.
uint32_t sequence_of(std::span<const std::byte> file);

}  // namespace rsl::cm::hive
