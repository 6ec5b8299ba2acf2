// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/hook.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "abi/types/status.h"
#include "base/posix/unique_fd.hpp"
#include "shim/wine/pe_stubs.hpp"
#include "shim/wine/placement.hpp"

namespace rsl::wine {

namespace {

// Typedefs of machine words, and a barrier between the two kinds of call: a compiler that sees both
// at once folds them into one.
using MicrosoftFunction = NTSTATUS(__attribute__((ms_abi)) *)(uint64_t, uint64_t, uint64_t,
                                                              uint64_t, uint64_t, uint64_t,
                                                              uint64_t, uint64_t, uint64_t,
                                                              uint64_t, uint64_t);
using SystemVFunction = NTSTATUS (*)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                                     uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

constexpr size_t kCalls = static_cast<size_t>(Call::kCount);

struct Installed {
    HandlerAbi abi = HandlerAbi::kMicrosoft;
    void* ntdll = nullptr;
    std::array<uint64_t, kCalls> originals{};
};
constinit Installed installed;

struct Entry {
    const char* name;
    MicrosoftFunction microsoft;
    SystemVFunction system_v;
};

// More words are read than a call has: what lies there is Wine's own stack, and handlers do not
// look at it.
#define RSL_NT_CALL(name)                                                                   \
    NTSTATUS __attribute__((ms_abi)) name##_microsoft(                                      \
        uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, \
        uint64_t h, uint64_t i, uint64_t j, uint64_t k) {                                   \
        return handle_##name({a, b, c, d, e, f, g, h, i, j, k});                            \
    }                                                                                       \
    NTSTATUS name##_system_v(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,    \
                             uint64_t f, uint64_t g, uint64_t h, uint64_t i, uint64_t j,    \
                             uint64_t k) {                                                  \
        return handle_##name({a, b, c, d, e, f, g, h, i, j, k});                            \
    }
#include "shim/wine/calls.inc"
#undef RSL_NT_CALL

constexpr Entry kEntries[kCalls] = {
#define RSL_NT_CALL(name) {#name, name##_microsoft, name##_system_v},
#include "shim/wine/calls.inc"
#undef RSL_NT_CALL
};

HostResult<std::vector<NamedFunction>> addresses_of_calls(void* ntdll) {
    std::vector<NamedFunction> functions;
    for (const Entry& entry : kEntries) {
        void* address = ::dlsym(ntdll, entry.name);
        if (address == nullptr)
            return Error(std::string("Wine's ntdll.so does not export ") + entry.name);
        functions.push_back({entry.name, reinterpret_cast<uint64_t>(address)});
    }
    return functions;
}

/// .../x86_64-unix/ntdll.so -> .../x86_64-windows/ntdll.dll
std::string windows_ntdll_beside(const std::string& unix_ntdll) {
    const size_t file = unix_ntdll.rfind('/'), folder = unix_ntdll.rfind('/', file - 1);
    return unix_ntdll.substr(0, folder) + "/x86_64-windows/ntdll.dll";
}

/// A file's contents, mapped: this runs at the start of every Windows program.
class MappedFile {
  public:
    static HostResult<MappedFile> open(const std::string& path) {
        const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
        struct stat about {};
        if (!fd || ::fstat(fd.get(), &about) != 0 || about.st_size <= 0) return Error::from_errno("read " + path);
        const auto bytes = static_cast<size_t>(about.st_size);
        void* memory = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, fd.get(), 0);
        if (memory == MAP_FAILED) return Error::from_errno("map " + path);
        return MappedFile(memory, bytes);
    }
    MappedFile(MappedFile&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)), bytes_(other.bytes_) {}
    MappedFile& operator=(MappedFile&&) = delete;
    ~MappedFile() {
        if (memory_ != nullptr) ::munmap(memory_, bytes_);
    }
    std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(memory_), bytes_}; }

  private:
    MappedFile(void* memory, size_t bytes) : memory_(memory), bytes_(bytes) {}
    void* memory_;
    size_t bytes_;
};

/// Numbers that programs will use have to lead to the slots that were found by value.
HostResult<void> cross_check(const std::string& path, const std::vector<const uint64_t*>& slots) {
    const auto file = MappedFile::open(path);
    if (!file) return file.failure();
    const auto numbers = read_stub_numbers(file->bytes());
    if (!numbers) return numbers.failure();
    const uint64_t* table = nullptr;
    for (size_t i = 0; i < kCalls; ++i) {
        const auto number = numbers->find(kEntries[i].name);
        if (number == numbers->end()) return Error(path + " has no stub of " + kEntries[i].name);
        const uint64_t* start = slots[i] - number->second;
        if (table != nullptr && start != table) {
            return Error("the number of " + std::string(kEntries[i].name) + " in " + path +
                         " leads elsewhere in ntdll.so's table");
        }
        table = start;
    }
    return {};
}

HostResult<void> write_slots(const std::vector<const uint64_t*>& slots) {
    const auto page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
    const auto [lowest, highest] = std::minmax_element(slots.begin(), slots.end());
    const uint64_t start = word(*lowest) & ~(page - 1);
    const uint64_t bytes = word(*highest) + sizeof(uint64_t) - start;
    if (::mprotect(pointer<void*>(start), bytes, PROT_READ | PROT_WRITE) != 0)
        return Error::from_errno("mprotect of Wine's table");
    for (size_t i = 0; i < kCalls; ++i) {
        auto* slot = const_cast<uint64_t*>(slots[i]);  // NOLINT: made writable just above
        *slot = installed.abi == HandlerAbi::kMicrosoft ? word(kEntries[i].microsoft)
                                                        : word(kEntries[i].system_v);
    }
    // It is read-only data after relocation. Failing to make it so again changes nothing for
    // anybody.
    (void)::mprotect(pointer<void*>(start), bytes, PROT_READ);
    return {};
}

}  // namespace

HostResult<void> install(void* ntdll) {
    const auto image = find_loaded_image(ntdll);
    if (!image) return image.failure();
    const auto abi = find_handler_abi(image->code);
    if (!abi) return abi.failure();
    const auto functions = addresses_of_calls(ntdll);
    if (!functions) return functions.failure();
    const auto slots = find_slots(find_pointer_runs(*image), *functions);
    if (!slots) return slots.failure();
    if (auto checked = cross_check(windows_ntdll_beside(image->path), *slots); !checked)
        return checked.failure();
    installed.abi = *abi;
    installed.ntdll = ntdll;
    note_placement();
    for (size_t i = 0; i < kCalls; ++i) installed.originals[i] = (*functions)[i].address;
    return write_slots(*slots);
}

NTSTATUS call_ntdll(uint64_t function, const Words& w) {
    if (installed.abi == HandlerAbi::kMicrosoft) {
        const auto callee = pointer<MicrosoftFunction>(function);
        const NTSTATUS status =
            callee(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], w[10]);
        asm volatile("" ::: "memory");
        return status;
    }
    const auto callee = pointer<SystemVFunction>(function);
    return callee(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], w[10]);
}

NTSTATUS original(Call call, const Words& words) {
    return call_ntdll(installed.originals[static_cast<size_t>(call)], words);
}

NTSTATUS call_ntdll(const char* name, const Words& words) {
    const uint64_t function = ntdll_function(name);
    return function != 0 ? call_ntdll(function, words) : STATUS_NOT_IMPLEMENTED;
}

uint64_t ntdll_function(const char* name) { return word(::dlsym(installed.ntdll, name)); }

}  // namespace rsl::wine
