// SPDX-License-Identifier: GPL-2.0-only
// Any datagram is refused by every decoder, or has a tail as long as its body says.
#include <cstdlib>

#include "protocol/message/wine.hpp"

namespace {

template <typename T>
void try_decode(std::span<const std::byte> datagram) {
    const auto message = rsl::protocol::supervisor::decode<T>(datagram);
    if (message && message->tail.size() != message->body.tail_bytes()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace rsl::protocol::supervisor;
    const auto datagram = std::as_bytes(std::span(data, size));
    try_decode<Ping>(datagram);
    try_decode<Attach>(datagram);
    try_decode<Stop>(datagram);
    try_decode<PullDisk>(datagram);
    try_decode<SetLink>(datagram);
    try_decode<LogSubscribe>(datagram);
    try_decode<Failure>(datagram);
    try_decode<Attached>(datagram);
    try_decode<StatusReply>(datagram);
    try_decode<Clients>(datagram);
    try_decode<LogLine>(datagram);
    try_decode<VmGone>(datagram);
    try_decode<HandleTable>(datagram);
    try_decode<GiveHandles>(datagram);
    try_decode<FindHandle>(datagram);
    try_decode<FoundHandle>(datagram);
    try_decode<TakeHandles>(datagram);
    try_decode<HandlesTaken>(datagram);
    try_decode<DropHandle>(datagram);
    try_decode<HandleClosed>(datagram);
    try_decode<ProcessStarted>(datagram);
    try_decode<ThreadChanged>(datagram);
    try_decode<ImageLoaded>(datagram);
    return 0;
}
