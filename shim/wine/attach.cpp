// SPDX-License-Identifier: GPL-2.0-only
// How the library gets into a Wine process: it is preloaded, and when the program is Wine's loader,
// its dlopen() is watched for ntdll.so. The loader's own import slot is changed for that, so that
// libRSL exports no dlopen and other programs that load it notice nothing.
#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "shim/wine/hook.hpp"

namespace rsl::wine {

namespace {

/// The dynamic section of the main program, as far as imports need it.
struct Imports {
    ElfW(Addr) base = 0;
    const ElfW(Sym) * symbols = nullptr;
    const char* strings = nullptr;
    std::span<const ElfW(Rela)> tables[2];
};

template <typename T>
const T* at(ElfW(Addr) base,
            ElfW(Addr) address) {  // glibc relocates most entries of the dynamic section in place
    return reinterpret_cast<const T*>(address < base ? base + address : address);
}

int read_main_program(dl_phdr_info* info, size_t, void* context) {
    auto& imports = *static_cast<Imports*>(context);
    imports.base = info->dlpi_addr;
    const ElfW(Dyn)* dynamic = nullptr;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC) {
            dynamic = reinterpret_cast<const ElfW(Dyn)*>(imports.base + info->dlpi_phdr[i].p_vaddr);
        }
    }
    const ElfW(Rela) * table[2] = {};
    size_t bytes[2] = {};
    for (; dynamic != nullptr && dynamic->d_tag != DT_NULL; ++dynamic) {
        switch (dynamic->d_tag) {
            case DT_SYMTAB:
                imports.symbols = at<ElfW(Sym)>(imports.base, dynamic->d_un.d_ptr);
                break;
            case DT_STRTAB:
                imports.strings = at<char>(imports.base, dynamic->d_un.d_ptr);
                break;
            case DT_JMPREL:
                table[0] = at<ElfW(Rela)>(imports.base, dynamic->d_un.d_ptr);
                break;
            case DT_PLTRELSZ:
                bytes[0] = dynamic->d_un.d_val;
                break;
            case DT_RELA:
                table[1] = at<ElfW(Rela)>(imports.base, dynamic->d_un.d_ptr);
                break;
            case DT_RELASZ:
                bytes[1] = dynamic->d_un.d_val;
                break;
            default:
                break;
        }
    }
    for (size_t i = 0; i < 2; ++i) {
        if (table[i] != nullptr) imports.tables[i] = {table[i], bytes[i] / sizeof(ElfW(Rela))};
    }
    return 1;  // the main program is the first
}

/// Where the main program keeps the address of a function that it imports; nullptr when it does not
/// import it.
void** import_slot(std::string_view name) {
    Imports imports;
    ::dl_iterate_phdr(read_main_program, &imports);
    if (imports.symbols == nullptr || imports.strings == nullptr) return nullptr;
    for (const auto table : imports.tables) {
        for (const ElfW(Rela) & entry : table) {
            const auto type = ELF64_R_TYPE(entry.r_info);
            if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT) continue;
            if (imports.strings + imports.symbols[ELF64_R_SYM(entry.r_info)].st_name != name)
                continue;
            return reinterpret_cast<void**>(imports.base + entry.r_offset);
        }
    }
    return nullptr;
}

void* watched_dlopen(const char* path, int flags) {
    void* handle = ::dlopen(path, flags);
    const char* file = path != nullptr ? std::strrchr(path, '/') : nullptr;
    if (handle == nullptr || file == nullptr || std::strcmp(file, "/ntdll.so") != 0) return handle;
    if (const auto installed = install(handle); !installed) {
        std::fprintf(stderr,
                     "rsl: this Wine is not hooked, its programs will not see RSL's devices: %s\n",
                     installed.failure().text().c_str());
    }
    return handle;
}

/// Nothing happens in a program that is not Wine's loader.
__attribute__((constructor)) void attach_to_wine() {
    if (::dlsym(RTLD_DEFAULT, "wine_main_preload_info") == nullptr) return;
    void** slot = import_slot("dlopen");
    if (slot == nullptr) return;
    const auto page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
    void* start = pointer<void*>(word(slot) & ~(page - 1));
    if (::mprotect(start, page, PROT_READ | PROT_WRITE) != 0) return;
    *slot = reinterpret_cast<void*>(&watched_dlopen);
}

}  // namespace

}  // namespace rsl::wine
