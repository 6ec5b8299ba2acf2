// SPDX-License-Identifier: GPL-2.0-only
// The page that rsld writes for all Wine processes of its VM: looking there costs a load, so that
// what happens all the time (NtClose of any handle) asks nobody.
#pragma once

#include <atomic>
#include <cstdint>

#include "protocol/message/wine.hpp"

namespace rsl::wine {

/// This process' id as Windows programs know it. In threads of Wine's only.
inline uint32_t windows_process_id() {
    uint64_t id;
    asm("movq %%gs:0x40, %0" : "=r"(id));  // CLIENT_ID lies at 0x40 of the x64 thread block
    return static_cast<uint32_t>(id);
}
inline uint32_t windows_thread_id() {
    uint64_t id;
    asm("movq %%gs:0x48, %0" : "=r"(id));
    return static_cast<uint32_t>(id);
}

/// The VM's page, mapped when first asked for; nullptr when there is no VM.
const protocol::supervisor::WinePage* wine_page();
/// rsld has gone: nobody gives us anything any more.
void expect_nothing();
/// There may be another VM: look for its page when next asked.
void forget_wine_page();

/// What drivers want to be told of (wire::Listens). A load, once the page is mapped.
inline uint32_t listeners() {
    const auto* page = wine_page();
    return page != nullptr ? page->listeners.load(std::memory_order_acquire) : 0;
}

/// This process' place in WinePage::waiting; nullptr until somebody has looked.
extern std::atomic<const std::atomic<uint32_t>*> waiting_place;
bool look_for_waiting_handles();

/// Whether another process may have given us handles, or closed some of ours.
inline bool handles_wait() {
    const auto* place = waiting_place.load(std::memory_order_acquire);
    return place != nullptr ? place->load(std::memory_order_acquire) != 0
                            : look_for_waiting_handles();
}

}  // namespace rsl::wine
