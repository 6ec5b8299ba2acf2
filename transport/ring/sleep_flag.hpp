// SPDX-License-Identifier: GPL-2.0-only
// The handshake that lets one side of a channel sleep and the other save the bell while it does not:
//
//     sleeper: announce; full fence; look again; block      producer: publish; full fence; asleep?
//
// One of the two always sees the other (Dekker). Under TCG that needs maxcpus >= 2 (docs/adr/0004).
#pragma once

#include <atomic>
#include <cstdint>

namespace rsl::transport {

/// The sleeper says that it is about to block. It then looks for work once more before it does.
inline void announce_sleep(std::atomic<uint32_t>& asleep) {
    asleep.store(1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);  // pairs with must_ring()
}

/// The sleeper is up again, or has found work after all.
inline void retract_sleep(std::atomic<uint32_t>& asleep) {
    asleep.store(0, std::memory_order_relaxed);
}

/// After publishing: whether the other side sleeps and nobody has rung it yet. True obliges the
/// caller to ring.
inline bool must_ring(std::atomic<uint32_t>& asleep) {
    std::atomic_thread_fence(std::memory_order_seq_cst);  // pairs with announce_sleep()
    return asleep.load(std::memory_order_relaxed) != 0 &&
           asleep.exchange(0, std::memory_order_relaxed) != 0;  // one ring a sleep
}

}  // namespace rsl::transport
