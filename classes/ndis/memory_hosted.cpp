// SPDX-License-Identifier: GPL-2.0-only
// For unit tests on the host: the heap, which the sanitizers watch, and MDLs that know their
// address.
#include <cstdlib>
#include <cstring>

#include "classes/ndis/memory.hpp"

namespace rsl::ndis {

void* allocate(size_t bytes, ULONG) {
    void* memory = nullptr;
    constexpr size_t kPoolAlignment = 16;
    if (posix_memalign(&memory, kPoolAlignment, bytes == 0 ? 1 : bytes) != 0) return nullptr;
    std::memset(memory, 0, bytes);
    return memory;
}

void release(void* memory) { std::free(memory); }

std::byte* address_of(MDL& mdl) { return static_cast<std::byte*>(mdl.MappedSystemVa); }

MDL* make_mdl(void* memory, size_t bytes) {
    auto* mdl = static_cast<MDL*>(allocate(sizeof(MDL), 0));
    mdl->MappedSystemVa = memory;
    mdl->ByteCount = static_cast<ULONG>(bytes);
    return mdl;
}

MDL* make_partial_mdl(MDL& source, size_t offset, size_t bytes) {
    return make_mdl(address_of(source) + offset, bytes);
}

void free_mdl(MDL* mdl) { std::free(mdl); }

}  // namespace rsl::ndis
