// SPDX-License-Identifier: GPL-2.0-only
#include "bridges/tap/batch.hpp"

#include <array>
#include <cstring>
#include <vector>

#include "base/testing/test.hpp"

using namespace rsl::tap;

namespace {

using Bytes = std::vector<std::byte>;
constexpr size_t kLeastFrame = 14;  // Ethernet's

Bytes record(uint32_t says, size_t has) {
    Bytes bytes(4 + has);
    std::memcpy(bytes.data(), &says, 4);
    return bytes;
}

}  // namespace

RSL_TEST(Batch, WhatIsWrittenIsRead)
{
    std::array<std::byte, 128> buffer{};
    BatchWriter writer(buffer);
    for (const size_t bytes : {14, 15, 16, 17}) {
        std::memset(writer.room().data(), static_cast<int>(bytes), bytes);
        writer.commit(bytes);
    }
    RSL_EXPECT_EQ(writer.bytes(), size_t{4 * 4 + 16 + 16 + 16 + 20});
    BatchReader reader(std::span(buffer).first(writer.bytes()), kLeastFrame);
    for (const size_t bytes : {14, 15, 16, 17}) {
        const auto frame = reader.next();
        RSL_EXPECT(frame && frame->size() == bytes &&
                   frame->back() == static_cast<std::byte>(bytes));
    }
    RSL_EXPECT(!reader.next() && !reader.broken());
}
RSL_TEST(Batch, AFullOneHasNoRoom)
{
    std::array<std::byte, 20> buffer{};
    BatchWriter writer(buffer);
    RSL_EXPECT_EQ(writer.room().size(), size_t{16});
    writer.commit(16);
    RSL_EXPECT(writer.room().empty());
}
RSL_TEST(Batch, TheLastPaddingMayBeMissing)
{
    const Bytes batch = record(15, 15);
    BatchReader reader(batch, kLeastFrame);
    RSL_EXPECT(reader.next().has_value());
    RSL_EXPECT(!reader.next() && !reader.broken());
}
RSL_TEST(Batch, LengthsThatLieAreRefused)
{
    for (const Bytes& batch : {record(16, 15), record(13, 16), record(0, 16),
                               record(0xFFFFFFFF, 64), record(0xFFFFFFFD, 64), Bytes(3)}) {
        BatchReader reader(batch, kLeastFrame);
        RSL_EXPECT(!reader.next() && reader.broken());
        RSL_EXPECT(!reader.next());
    }
}
