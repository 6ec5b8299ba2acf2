// SPDX-License-Identifier: GPL-2.0-only
#include "transport/ring/byte_ring.hpp"

#include <array>
#include <string_view>

#include "base/testing/test.hpp"

namespace rsl::transport {
namespace {

struct TestBytes {
    RingHeader header;
    std::array<std::byte, 64> ring{};
    ByteRingWriter writer{header, ring.data(), 64};
    ByteRingReader reader{header, ring.data(), 64};
    std::array<std::byte, 64> out{};

    bool write(std::string_view head, std::string_view body) {
        return writer.write(std::as_bytes(std::span(head.data(), head.size())),
                            std::as_bytes(std::span(body.data(), body.size())));
    }
    std::string_view read() {
        const auto length = reader.read(out);
        if (!length) return "violation";
        return {reinterpret_cast<const char*>(out.data()), *length};
    }
};

RSL_TEST(ByteRing, CarriesRecordsAcrossTheSeam) {
    TestBytes bytes;
    for (int round = 0; round < 20; ++round) {
        RSL_EXPECT(bytes.write("head", "-and-body"));
        RSL_EXPECT(bytes.read() == "head-and-body");
    }
    RSL_EXPECT(bytes.read().empty());
}

RSL_TEST(ByteRing, DropsWhatDoesNotFitAndKeepsTheRest) {
    TestBytes bytes;
    RSL_EXPECT(bytes.write("", "0123456789012345678901234567890123456789"));
    RSL_EXPECT(!bytes.write("", "0123456789012345678901234567890123456789"));
    RSL_EXPECT(bytes.write("", "short"));
    RSL_EXPECT_EQ(bytes.read().size(), size_t{40});
    RSL_EXPECT(bytes.read() == "short");
}

RSL_TEST(ByteRing, RefusesALengthBeyondTheContent) {
    TestBytes bytes;
    RSL_EXPECT(bytes.write("", "abcd"));
    const uint32_t lie = 32;
    std::memcpy(bytes.ring.data(), &lie, sizeof(lie));
    RSL_EXPECT_EQ(bytes.reader.read(bytes.out).failure(), Status::kProtocolViolation);
}

RSL_TEST(ByteRing, RefusesATailBeyondTheRing) {
    TestBytes bytes;
    bytes.header.tail = 65;
    RSL_EXPECT_EQ(bytes.reader.read(bytes.out).failure(), Status::kProtocolViolation);
}

RSL_TEST(ByteRing, WriterSurvivesALyingReader) {
    TestBytes bytes;
    bytes.header.head = 1000;
    RSL_EXPECT(!bytes.write("", "abcd"));
}

}  // namespace
}  // namespace rsl::transport
