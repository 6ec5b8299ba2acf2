// SPDX-License-Identifier: GPL-2.0-only
// The pool of hosted unit tests: the C library's heap, so that AddressSanitizer sees every mistake.
#include <cstdlib>
#include <map>
#include <mutex>

#include "kernel/mm/pool.hpp"

namespace rsl::mm {
namespace {

struct Block {
    size_t bytes;
    PoolTag tag;
};
struct Blocks {
    std::mutex mutex;
    std::map<void*, Block> alive;
};
Blocks& blocks() {
    static auto* instance = new Blocks;  // outlives every static destructor
    return *instance;
}

void* allocate_block(size_t bytes, PoolTag tag, size_t alignment) {
    if (bytes >= 4096) alignment = 4096;
    void* memory = std::aligned_alloc(alignment, (bytes + alignment) & ~(alignment - 1));
    if (memory == nullptr) return nullptr;
    const std::lock_guard guard{blocks().mutex};
    blocks().alive[memory] = {bytes, tag};
    return memory;
}

}  // namespace

void* allocate(size_t bytes, PoolTag tag) { return allocate_block(bytes, tag, 16); }
void* allocate_executable(size_t bytes, PoolTag tag) { return allocate_block(bytes, tag, 16); }
void free(void* memory) { free_tagged(memory, 0); }
void free_tagged(void* memory, PoolTag tag) {
    {
        const std::lock_guard guard{blocks().mutex};
        const auto found = blocks().alive.find(memory);
        RSL_CHECK(found != blocks().alive.end());
        RSL_CHECK(tag == 0 || found->second.tag == tag);
        blocks().alive.erase(found);
    }
    std::free(memory);
}

size_t pool_owned_by(uint64_t, uint64_t, TagUsage*, size_t) { return 0; }  // no drivers here

size_t pool_usage(TagUsage* out, size_t count) {
    const std::lock_guard guard{blocks().mutex};
    std::map<PoolTag, TagUsage> tags;
    for (const auto& [memory, block] : blocks().alive) {
        TagUsage& usage = tags.try_emplace(block.tag, TagUsage{block.tag, 0, 0}).first->second;
        ++usage.allocations;
        usage.bytes += block.bytes;
    }
    size_t found = 0;
    for (const auto& [tag, usage] : tags) {
        if (found < count) out[found] = usage;
        ++found;
    }
    return found;
}

}  // namespace rsl::mm
