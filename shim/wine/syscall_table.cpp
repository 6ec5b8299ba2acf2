// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/syscall_table.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace rsl::wine {

namespace {

constexpr size_t kShortestRun = 100;  // every Wine has more than twice as many system calls
constexpr size_t kLookBackBytes = 48;

template <size_t kBytes>
bool starts_with(std::span<const std::byte> bytes, const std::array<uint8_t, kBytes>& pattern) {
    return bytes.size() >= kBytes &&
           std::equal(pattern.begin(), pattern.end(), bytes.begin(),
                      [](uint8_t a, std::byte b) { return std::byte{a} == b; });
}

constexpr std::array<uint8_t, 4> kCallThroughTable{0x41, 0xFF, 0x14, 0xC2};  // call *(%r10,%rax,8)
constexpr std::array<uint8_t, 3> kFirstToRcx{0x4C, 0x89, 0xD1};              // mov %r10,%rcx
constexpr std::array<uint8_t, 3> kFirstToRdi{0x4C, 0x89, 0xD7};              // mov %r10,%rdi

std::optional<HandlerAbi> abi_before(std::span<const std::byte> before) {
    for (size_t back = kFirstToRcx.size(); back <= std::min(before.size(), kLookBackBytes);
         ++back) {
        const auto at = before.last(back);
        if (starts_with(at, kFirstToRcx)) return HandlerAbi::kMicrosoft;
        if (starts_with(at, kFirstToRdi)) return HandlerAbi::kSystemV;
    }
    return std::nullopt;
}

}  // namespace

HostResult<HandlerAbi> find_handler_abi(std::span<const std::byte> code) {
    std::optional<HandlerAbi> found;
    for (auto rest = code; !rest.empty();) {
        // The C library's search: all of Wine's code is looked through at every program's start.
        const void* call = ::memmem(rest.data(), rest.size(), kCallThroughTable.data(), kCallThroughTable.size());
        if (call == nullptr) break;
        const auto before = code.first(static_cast<size_t>(static_cast<const std::byte*>(call) - code.data()));
        rest = code.subspan(before.size() + 1);
        const auto abi = abi_before(before);
        if (!abi) continue;  // a call of something else that happens to use the same registers
        if (found && *found != *abi)
            return Error("Wine's dispatcher calls system calls in two different ways");
        found = abi;
    }
    if (!found) return Error("Wine's system call dispatcher was not found in its code");
    return *found;
}

std::vector<Slots> find_pointer_runs(const LoadedImage& image) {
    std::vector<Slots> runs;
    for (const auto segment : image.data) {
        const Slots words{reinterpret_cast<const uint64_t*>(segment.data()),
                          segment.size() / sizeof(uint64_t)};
        for (size_t i = 0; i < words.size();) {
            size_t end = i;
            while (end < words.size() && image.is_code(words[end])) ++end;
            if (end - i > kShortestRun) runs.push_back(words.subspan(i, end - i));
            i = end + 1;
        }
    }
    return runs;
}

HostResult<std::vector<const uint64_t*>> find_slots(const std::vector<Slots>& runs,
                                                    const std::vector<NamedFunction>& functions) {
    std::optional<std::vector<const uint64_t*>> found;
    std::string missing;
    for (const Slots run : runs) {
        std::vector<const uint64_t*> slots;
        for (const NamedFunction& function : functions) {
            const auto first = std::find(run.begin(), run.end(), function.address);
            if (first == run.end()) {
                missing = function.name;
                break;
            }
            if (std::find(first + 1, run.end(), function.address) != run.end()) {
                return Error("Wine's system call table has " + function.name + " twice");
            }
            slots.push_back(&*first);
        }
        if (slots.size() != functions.size()) continue;
        if (found) return Error("Wine's ntdll.so has two tables that could be its system calls");
        found = std::move(slots);
    }
    if (!found) {
        return Error(missing.empty() ? std::string("Wine's ntdll.so has no table of system calls")
                                     : "no table in Wine's ntdll.so has " + missing +
                                           " together with the others");
    }
    return *found;
}

}  // namespace rsl::wine
