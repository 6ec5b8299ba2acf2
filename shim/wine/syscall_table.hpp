// SPDX-License-Identifier: GPL-2.0-only
// Finds Wine's table of system calls in its loaded ntdll.so: without symbols, without offsets,
// without numbers that change between versions. By value: the table is the one run of code pointers
// that holds the address of every Nt function we ask for. Which calling convention its entries have
// is read off the dispatcher's code. Everything that does not fit is an error that says what, and
// then nothing is changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/posix/error.hpp"
#include "shim/wine/loaded_image.hpp"

namespace rsl::wine {

/// How Wine's dispatcher calls an entry: Wine 8 as Windows would, Wine 10 as Linux would.
enum class HandlerAbi : uint8_t { kMicrosoft, kSystemV };

/// Reads it off the dispatcher: the only `call *(%r10,%rax,8)`, and where the first argument is put
/// shortly before.
HostResult<HandlerAbi> find_handler_abi(std::span<const std::byte> code);

/// A run of consecutive pointers into the code.
using Slots = std::span<const uint64_t>;
std::vector<Slots> find_pointer_runs(const LoadedImage& image);

/// A function that the table has to hold.
struct NamedFunction {
    std::string name;
    uint64_t address;
};

/// The slot of each function, in their order. An error unless exactly one run holds all, each once.
HostResult<std::vector<const uint64_t*>> find_slots(const std::vector<Slots>& runs,
                                                    const std::vector<NamedFunction>& functions);

}  // namespace rsl::wine
