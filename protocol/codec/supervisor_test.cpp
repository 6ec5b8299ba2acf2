// SPDX-License-Identifier: GPL-2.0-only
#include <array>

#include "base/testing/test.hpp"
#include "protocol/message/wine.hpp"

namespace rsl::protocol::supervisor {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

struct Buffer {
    std::array<std::byte, 256> bytes{};
    std::span<std::byte> span() { return bytes; }
};

RSL_TEST(SupervisorCodec, AttachHasItsGoldenBytes) {
    const uint8_t golden[] = {'R', 'S', 'L', 'S', 1, 0, 2, 0, 7, 0, 0, 0, 0, 0, 0, 0,
                              0, 0, 16, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 'e', 'c', 'h', 'o'};
    Buffer buffer;
    const auto sent = encode(buffer.span(), 7,
                             Attach{.wanted_bytes = 1 << 20, .protocol_version = 1, .name_bytes = 4},
                             bytes_of("echo"));
    RSL_REQUIRE(sent.ok());
    RSL_REQUIRE(sent->size() == sizeof(golden));
    RSL_EXPECT(std::memcmp(sent->data(), golden, sizeof(golden)) == 0);
    const auto back = decode<Attach>(*sent);
    RSL_REQUIRE(back.ok());
    RSL_EXPECT_EQ(back->sequence, 7u);
    RSL_EXPECT_EQ(back->body.wanted_bytes, uint64_t{1} << 20);
    RSL_EXPECT(back->text(0, 4) == "echo");
}

/// Everything behind the header, which has golden bytes above.
template <typename T>
bool has_golden_body(const T& body, std::string_view golden, std::string_view tail = {}) {
    Buffer buffer;
    const auto sent = encode(buffer.span(), 1, body, bytes_of(tail));
    return sent.ok() && sent->size() == sizeof(Header) + golden.size() &&
           std::memcmp(sent->data() + sizeof(Header), golden.data(), golden.size()) == 0 && decode<T>(*sent).ok();
}

RSL_TEST(SupervisorCodec, MessagesOfWineHaveTheirGoldenBytes) {
    using namespace std::string_view_literals;
    RSL_EXPECT(has_golden_body(HandleTable{0x20, 0x104}, "\x20\0\0\0\x04\x01\0\0"sv));
    RSL_EXPECT(has_golden_body(GiveHandles{0x20, 1},
                               "\x20\0\0\0\x01\0\0\0\x04\x01\0\0\x08\0\0\0\x50\0\0\0\0\0\0\0"sv,
                               "\x04\x01\0\0\x08\0\0\0\x50\0\0\0\0\0\0\0"sv));
    RSL_EXPECT(has_golden_body(FindHandle{0x20, 0x50}, "\x20\0\0\0\x50\0\0\0"sv));
    RSL_EXPECT(has_golden_body(FoundHandle{0x104, 8}, "\x04\x01\0\0\x08\0\0\0"sv));
    RSL_EXPECT(has_golden_body(TakeHandles{0x20, 0}, "\x20\0\0\0\0\0\0\0"sv));
    RSL_EXPECT(has_golden_body(HandlesTaken{0x104, 1}, "\x04\x01\0\0\x01\0\0\0\x50\0\0\0\x08\0\0\0"sv,
                               "\x50\0\0\0\x08\0\0\0"sv));
    RSL_EXPECT(has_golden_body(DropHandle{8, 0}, "\x08\0\0\0\0\0\0\0"sv));
    RSL_EXPECT(has_golden_body(HandleClosed{0x20, 0x50}, "\x20\0\0\0\x50\0\0\0"sv));
    RSL_EXPECT(has_golden_body(ProcessStarted{1, 2, 3, 4, 5, kUnlessKnown, 2, 2},
                               "\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\0\0\0\x05\0\0\0\x01\0\0\0\x02\0\0\0\x02\0\0\0a\0b\0"sv,
                               "a\0b\0"sv));
    RSL_EXPECT(has_golden_body(ThreadChanged{0x20, 0x24, 1, 0}, "\x20\0\0\0\x24\0\0\0\x01\0\0\0\0\0\0\0"sv));
    RSL_EXPECT(has_golden_body(ImageLoaded{0x10000, 0x3000, 0x20, 2},
                               "\0\0\x01\0\0\0\0\0\0\x30\0\0\0\0\0\0\x20\0\0\0\x02\0\0\0a\0"sv, "a\0"sv));
}

RSL_TEST(SupervisorCodec, RefusesEveryTruncation) {
    Buffer buffer;
    const auto sent = encode(buffer.span(), 1,
                             LogLine{.time_ns = 5, .level = 2, .source_bytes = 4, .text_bytes = 2},
                             bytes_of("echohi"));
    RSL_REQUIRE(sent.ok());
    for (size_t bytes = 0; bytes < sent->size(); ++bytes) {
        RSL_EXPECT(!decode<LogLine>(sent->first(bytes)));
    }
    RSL_EXPECT(decode<LogLine>(*sent).ok());
}

RSL_TEST(SupervisorCodec, RefusesBytesBehindTheMessage) {
    Buffer buffer;
    const auto sent = encode(buffer.span(), 1, Ping{.cookie = 1});
    RSL_REQUIRE(sent.ok());
    RSL_EXPECT_EQ(decode<Ping>(std::span(buffer.bytes).first(sent->size() + 1)).failure(),
                  Status::kProtocolViolation);
}

RSL_TEST(SupervisorCodec, RefusesAnotherVersionMagicOrKind) {
    Buffer buffer;
    const size_t used = encode(buffer.span(), 1, Ping{.cookie = 1})->size();
    const auto message = std::span<const std::byte>(buffer.bytes).first(used);
    RSL_EXPECT(!decode<Done>(message));
    buffer.bytes[4] = std::byte{9};  // the version: readable header, undecodable body
    RSL_EXPECT(decode_header(message).ok());
    RSL_EXPECT(!decode<Ping>(message));
    buffer.bytes[0] = std::byte{0};
    RSL_EXPECT(!decode_header(message));
}

RSL_TEST(SupervisorCodec, RefusesATailThatTheBodyDoesNotAnnounce) {
    Buffer buffer;
    RSL_EXPECT_EQ(encode(buffer.span(), 1, Attach{.name_bytes = 5}, bytes_of("echo")).failure(),
                  Status::kInvalidParameter);
}

}  // namespace
}  // namespace rsl::protocol::supervisor
