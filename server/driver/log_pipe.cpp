// SPDX-License-Identifier: GPL-2.0-only
#include "server/driver/log_pipe.hpp"

#include "transport/ring/sleep_flag.hpp"
#include "transport/ring/spin_budget.hpp"

namespace rsl::server {
namespace {

constexpr ULONG kMaxLineBytes = 4096;
constexpr ULONG kDoorbellRegister = 3, kHostPeer = 1;

}  // namespace

VOID NTAPI LogPipe::write(PVOID context, ULONG64 time_ns, ULONG level, PCSTR source, PCSTR line, ULONG bytes) {
    auto& pipe = *static_cast<LogPipe*>(context);
    uint16_t source_bytes = 0;
    while (source_bytes < 64 && source[source_bytes] != '\0') ++source_bytes;
    if (bytes > kMaxLineBytes) bytes = kMaxLineBytes;
    struct {
        transport::LogRecordHead head;
        char source[64];
    } front{.head = {time_ns, static_cast<uint16_t>(level), source_bytes, bytes}, .source = {}};
    std::memcpy(front.source, source, source_bytes);

    const KIRQL old = KfRaiseIrql(HIGH_LEVEL);
    while (pipe.busy_.exchange(true, std::memory_order_acquire)) transport::pause();
    const bool written = pipe.writer_.write(
        {reinterpret_cast<const std::byte*>(&front), sizeof(front.head) + source_bytes},
        {reinterpret_cast<const std::byte*>(line), bytes});
    pipe.busy_.store(false, std::memory_order_release);  // pairs with the exchange above
    KeLowerIrql(old);

    transport::ChannelHeader& header = pipe.channel_.header();
    if (!written) header.log_lost.fetch_add(1, std::memory_order_relaxed);
    if (transport::must_ring(header.host_asleep)) pipe.doorbell_.Registers[kDoorbellRegister] = kHostPeer << 16;
}

}  // namespace rsl::server
