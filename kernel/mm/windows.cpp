// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/windows.hpp"

#include <array>

#include "kernel/ke/spin_lock.hpp"

namespace rsl::mm {
namespace {

struct Window {
    uint64_t physical, address, bytes;  // bytes 0: unused
};
constexpr uint64_t kSmallest = 0x10000;

constinit ke::SpinLock g_lock{ke::LockRank::kPages};
constinit std::array<Window, 64> g_windows RSL_GUARDED_BY(g_lock){};

}  // namespace

void add_window(uint64_t physical, uint64_t address, uint64_t bytes) {
    if (bytes < kSmallest) return;
    ke::InterruptLockGuard guard{g_lock};
    for (Window& window : g_windows) {
        if (window.bytes != 0) continue;
        window = {physical, address, bytes};
        return;
    }  // full: direct I/O there maps its pages as usual
}

void remove_window(uint64_t address) {
    ke::InterruptLockGuard guard{g_lock};
    for (Window& window : g_windows) {
        if (window.bytes != 0 && window.address == address) window = {};
    }
}

uint64_t find_window(uint64_t physical, uint64_t bytes) {
    ke::InterruptLockGuard guard{g_lock};
    for (const Window& window : g_windows) {
        const uint64_t offset = physical - window.physical;
        if (offset < window.bytes && bytes <= window.bytes - offset) return window.address + offset;
    }
    return 0;
}

bool is_in_window(uint64_t address) {
    ke::InterruptLockGuard guard{g_lock};
    for (const Window& window : g_windows) {
        if (address - window.address < window.bytes) return true;
    }
    return false;
}

}  // namespace rsl::mm
