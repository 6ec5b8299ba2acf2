// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/page.hpp"

#include "shim/wine/processes.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <mutex>
#include <utility>

#include "base/posix/unique_fd.hpp"
#include "shim/client/attach.hpp"
#include "shim/wine/signal_guard.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::wine {

namespace wire = protocol::supervisor;

constinit std::atomic<const std::atomic<uint32_t>*> waiting_place = nullptr;

namespace {

constinit std::mutex looking;
constinit bool looked = false;  // under looking
constinit std::atomic<const wire::WinePage*> the_page = nullptr;
constinit const std::atomic<uint32_t> nothing_waits = 0;

/// nullptr: there is none of this version.
const wire::WinePage* map_page() {
    const auto path = transport::vm_page_path(client::chosen_vm());
    if (!path) return nullptr;
    const UniqueFd file{::open(path->c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    struct stat about{};
    if (!file || ::fstat(file.get(), &about) != 0 || about.st_size != sizeof(wire::WinePage) ||
        about.st_uid != ::geteuid())
        return nullptr;
    void* memory = ::mmap(nullptr, sizeof(wire::WinePage), PROT_READ, MAP_SHARED, file.get(), 0);
    if (memory == MAP_FAILED) return nullptr;
    const auto* page = static_cast<const wire::WinePage*>(memory);
    if (page->magic == wire::WinePage::kMagic && page->version == wire::kVersion) return page;
    ::munmap(memory, sizeof(wire::WinePage));
    return nullptr;
}

}  // namespace

const wire::WinePage* wine_page() {
    (void)handles_wait();
    return the_page.load(std::memory_order_acquire);
}

void expect_nothing() { waiting_place.store(&nothing_waits, std::memory_order_release); }
void forget_wine_page() { waiting_place.store(nullptr, std::memory_order_release); }

bool look_for_waiting_handles() {
    SignalGuard guard;
    const std::lock_guard lock{looking};
    if (waiting_place.load(std::memory_order_relaxed) == nullptr) {
        const wire::WinePage* page =
            map_page();  // the old one stays mapped: others may be looking at it
        the_page.store(page, std::memory_order_release);
        const auto* place = page != nullptr
                                ? &page->waiting[wire::WinePage::place_of(windows_process_id())]
                                : &nothing_waits;
        waiting_place.store(place, std::memory_order_release);
        // Only at its start: later it is no news.
        const bool starts = !std::exchange(looked, true);
        const uint32_t wanted =
            starts && page != nullptr ? page->listeners.load(std::memory_order_acquire) : 0;
        if (wanted != 0) announce_this_process(wanted);
    }
    return waiting_place.load(std::memory_order_relaxed)->load(std::memory_order_acquire) != 0;
}

}  // namespace rsl::wine
