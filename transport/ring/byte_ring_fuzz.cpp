// SPDX-License-Identifier: GPL-2.0-only
// Lets the fuzzer play the log's writer: it owns the bytes and the tail.
#include <array>
#include <cstring>

#include "transport/ring/byte_ring.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace rsl::transport;
    RingHeader header;
    std::array<std::byte, 256> ring{};
    std::array<std::byte, kMaxRecordBytes> out;
    ByteRingReader reader{header, ring.data(), ring.size()};
    while (size >= 8) {
        uint32_t tail;
        std::memcpy(&tail, data, 4);
        std::memcpy(ring.data() + data[4] % 250, data + 4, 4);
        header.tail.store(tail % 1024);
        for (int i = 0; i < 64; ++i) {
            const auto length = reader.read(out);
            if (!length || *length == 0) break;
        }
        data += 8;
        size -= 8;
    }
    return 0;
}
