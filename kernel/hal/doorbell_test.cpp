// SPDX-License-Identifier: GPL-2.0-only
// The VM's half of tests/boot/run_doorbell_tests, which plugs the device and plays the host process.
// Without a device there is nothing to test.
#include "kernel/hal/doorbell.hpp"

#include <atomic>

#include "base/testing/test.hpp"
#include "kernel/arch/arch.hpp"
#include "kernel/hal/pci/bus.hpp"
#include "kernel/ke/thread.hpp"

namespace rsl::hal {
namespace {

// Words of the shared memory, agreed with the script.
struct SharedWords {
    uint32_t greeting;  // the host's: kGreeting
    uint32_t ready;     // ours: connected
    uint32_t request;   // the host's: counts up, then it rings
    uint32_t answer;    // ours: the request that we saw, then we ring
    uint32_t last;      // the host's: no device comes after this one
};
constexpr uint32_t kGreeting = 0x52534C21;
constexpr uint32_t kHostPeer = 1;
constexpr uint32_t kRounds = 3;
constexpr uint64_t kPatienceNs = 5'000'000'000;

/// What watchers saw. Watchers cannot be taken back, so it outlives the tests.
struct Seen {
    ke::Event arrived{ke::Event::Kind::kSynchronization};
    ke::Event removed{ke::Event::Kind::kSynchronization};
    std::atomic<PRSL_DOORBELL> doorbell = nullptr;
    std::atomic<uint32_t> rings = 0;
};
alignas(Seen) constinit std::byte seen_storage[sizeof(Seen)] = {};
constinit Seen* seen = nullptr;

void NTAPI on_arrived(PRSL_DOORBELL doorbell, PVOID) {
    if (static_cast<volatile SharedWords*>(doorbell->KernelMapping)->greeting != kGreeting) return;  // the board
    seen->doorbell.store(doorbell, std::memory_order_release);
    seen->arrived.set();
}
void NTAPI on_removed(PRSL_DOORBELL doorbell, PVOID) {
    if (doorbell != seen->doorbell.load(std::memory_order_relaxed)) return;
    seen->doorbell.store(nullptr, std::memory_order_release);
    seen->removed.set();
}
void NTAPI on_ring(PVOID, ULONG) { seen->rings.fetch_add(1, std::memory_order_release); }

bool has_slots_or_device() {
    for (int i = 0; i < pci::Topology::kMaxFunctions; ++i) {
        const pci::Function& function = pci::topology().at(i);
        if (function.present && (function.hot_plug || function.device == 0x1110)) return true;
    }
    return false;
}

bool wait_for_rings(uint32_t count) {
    const uint64_t end = arch::now_ns() + kPatienceNs;
    while (seen->rings.load(std::memory_order_acquire) < count) {
        if (arch::now_ns() > end) return false;
        arch::pause();
    }
    return true;
}

void answer_rounds(RSL_DOORBELL& doorbell) {
    auto& words = *static_cast<volatile SharedWords*>(doorbell.KernelMapping);
    RSL_EXPECT_EQ(doorbell.VectorCount, 1u);  // the board's message of its slot
    seen->rings.store(0, std::memory_order_relaxed);
    RSL_REQUIRE(connect_doorbell(doorbell, &on_ring, nullptr) >= 0);
    words.ready = 1;
    for (uint32_t round = 1; round <= kRounds; ++round) {
        RSL_REQUIRE(wait_for_rings(round));
        RSL_EXPECT_EQ(words.request, round);
        words.answer = round;
        doorbell.Registers[3] = kHostPeer << 16;
    }
}

// Plugged while running: each takes the place of the one before. The last one stays, so that the VM does not
// end while the host still asks for something.
RSL_TEST(Doorbell, RingsBothWaysComesAndGoes) {
    if (!has_slots_or_device()) RSL_SKIP("no doorbell device and no slot for one");
    if (seen == nullptr) seen = ::new (seen_storage) Seen;
    RSL_REQUIRE(watch_doorbells(&on_arrived, &on_removed, nullptr) >= 0);
    for (bool last = false; !last;) {
        RSL_REQUIRE(seen->arrived.wait(ke::Deadline::after_ns(kPatienceNs)) == 0);
        PRSL_DOORBELL const doorbell = seen->doorbell.load(std::memory_order_acquire);
        RSL_REQUIRE(doorbell != nullptr);
        last = static_cast<volatile SharedWords*>(doorbell->KernelMapping)->last != 0;
        answer_rounds(*doorbell);
        if (!last) RSL_REQUIRE(seen->removed.wait(ke::Deadline::after_ns(kPatienceNs)) == 0);
    }
}

}  // namespace
}  // namespace rsl::hal
