// SPDX-License-Identifier: GPL-2.0-only
#include "filesystems/hostfs/ninep/message.hpp"

#include <vector>

#include "base/testing/test.hpp"

namespace rsl::ninep {
namespace {

/// Bytes of a reply, as a server would write them.
struct Bytes {
    template <typename T>
    Bytes& put(T value) {
        const auto* from = reinterpret_cast<const std::byte*>(&value);
        all.insert(all.end(), from, from + sizeof(T));
        return *this;
    }
    Bytes& text(std::string_view value) {
        put(static_cast<uint16_t>(value.size()));
        const auto* from = reinterpret_cast<const std::byte*>(value.data());
        all.insert(all.end(), from, from + value.size());
        return *this;
    }
    std::vector<std::byte> all;
};

}  // namespace

RSL_TEST(NinePWriter, FillsInSizeAndTag) {
    std::byte memory[64];
    Writer writer(memory, Type::kClunk);
    writer.put(uint32_t{7});
    const auto used = writer.finish(3);
    RSL_REQUIRE(used.ok());
    RSL_EXPECT_EQ(*used, 11u);
    Reader back(std::span(memory, 11));
    RSL_EXPECT_EQ(*back.take<uint32_t>(), 11u);
    RSL_EXPECT_EQ(*back.take<uint8_t>(), 120);
    RSL_EXPECT_EQ(*back.take<uint16_t>(), 3);
    RSL_EXPECT_EQ(*back.take<uint32_t>(), 7u);
}

RSL_TEST(NinePWriter, CountsTheDataThatFollows) {
    std::byte memory[64];
    Writer writer(memory, Type::kWrite);
    RSL_EXPECT_EQ(*writer.finish(1, 1000), 7u);
    RSL_EXPECT_EQ(*Reader(std::span(memory, 7)).take<uint32_t>(), 1007u);
}

RSL_TEST(NinePWriter, TellsThatSomethingDidNotFit) {
    std::byte memory[16];
    Writer writer(memory, Type::kWalk);
    writer.put_text("a name that is too long");
    RSL_EXPECT_EQ(writer.finish(1).failure(), Status::kInsufficientResources);
}

RSL_TEST(NinePReply, GivesTheErrorOfTheServer) {
    const auto bytes = Bytes().put(uint32_t{11}).put(uint8_t{7}).put(uint16_t{5}).put(uint32_t{2}).all;
    const auto reply = read_reply(bytes, Type::kWalk, 5);
    RSL_REQUIRE(reply.ok());
    RSL_EXPECT_EQ(reply->error, uint32_t{kNoEntry});
}

RSL_TEST(NinePReply, RefusesWhatIsNoAnswer) {
    const auto good = Bytes().put(uint32_t{7}).put(uint8_t{111}).put(uint16_t{5}).all;
    RSL_EXPECT(read_reply(good, Type::kWalk, 5).ok());
    RSL_EXPECT_EQ(read_reply(good, Type::kWalk, 6).failure(), Status::kProtocolViolation);
    RSL_EXPECT_EQ(read_reply(good, Type::kRead, 5).failure(), Status::kProtocolViolation);
    RSL_EXPECT_EQ(read_reply(std::span(good).first(6), Type::kWalk, 5).failure(), Status::kProtocolViolation);
    const auto tiny = Bytes().put(uint32_t{3}).put(uint8_t{111}).put(uint16_t{5}).all;
    RSL_EXPECT_EQ(read_reply(tiny, Type::kWalk, 5).failure(), Status::kProtocolViolation);
}

RSL_TEST(NinePEntry, ReadsNamesAndStopsAtTheEnd) {
    const auto data = Bytes()
                          .put(uint8_t{0x80}).put(uint32_t{0}).put(uint64_t{17}).put(uint64_t{1}).put(uint8_t{4}).text("dir")
                          .put(uint8_t{0}).put(uint32_t{0}).put(uint64_t{18}).put(uint64_t{2}).put(uint8_t{8}).text("f")
                          .all;
    Reader reader(data);
    const auto first = read_entry(reader);
    RSL_REQUIRE(first.ok());
    RSL_EXPECT(first->qid.is_directory());
    RSL_EXPECT(first->name == "dir");
    const auto second = read_entry(reader);
    RSL_REQUIRE(second.ok());
    RSL_EXPECT_EQ(second->next_offset, uint64_t{2});
    RSL_EXPECT(reader.empty());
    Reader cut(std::span(data).first(data.size() - 1));
    RSL_EXPECT(read_entry(cut).ok());
    RSL_EXPECT_EQ(read_entry(cut).failure(), Status::kProtocolViolation);
}

}  // namespace rsl::ninep
