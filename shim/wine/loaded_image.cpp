// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/loaded_image.hpp"

#include <dlfcn.h>
#include <link.h>

namespace rsl::wine {

namespace {

struct Search {
    const link_map* map;
    LoadedImage image;
};

std::span<const std::byte> bytes_of(ElfW(Addr) base, const ElfW(Phdr) & segment) {
    return {reinterpret_cast<const std::byte*>(base + segment.p_vaddr), segment.p_memsz};
}

int visit(dl_phdr_info* info, size_t, void* context) {
    auto& search = *static_cast<Search*>(context);
    if (info->dlpi_addr != search.map->l_addr || std::string(info->dlpi_name) != search.map->l_name)
        return 0;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const auto& segment = info->dlpi_phdr[i];
        if (segment.p_type != PT_LOAD) continue;
        if ((segment.p_flags & PF_X) != 0) search.image.code = bytes_of(info->dlpi_addr, segment);
        if ((segment.p_flags & PF_W) != 0)
            search.image.data.push_back(bytes_of(info->dlpi_addr, segment));
    }
    return 1;
}

}  // namespace

HostResult<LoadedImage> find_loaded_image(void* handle) {
    Search search{nullptr, {}};
    if (::dlinfo(handle, RTLD_DI_LINKMAP, &search.map) != 0) return Error(::dlerror());
    ::dl_iterate_phdr(visit, &search);
    search.image.path = search.map->l_name;
    if (search.image.code.empty() || search.image.data.empty()) {
        return Error(search.image.path + " has no code or no data segment");
    }
    return search.image;
}

}  // namespace rsl::wine
