// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/syscall_table.hpp"

#include <numeric>

#include "base/testing/test.hpp"

using namespace rsl::wine;

namespace {

std::vector<std::byte> bytes(std::initializer_list<int> values) {
    std::vector<std::byte> result;
    for (const int value : values) result.push_back(static_cast<std::byte>(value));
    return result;
}

/// A library with `code_bytes` of code and one data segment of words, of which callers fill in
/// some.
struct FakeImage {
    std::vector<std::byte> code = std::vector<std::byte>(4096);
    std::vector<uint64_t> words = std::vector<uint64_t>(400);

    uint64_t function(uint64_t index) const {
        return reinterpret_cast<uint64_t>(code.data()) + index;
    }
    void put_run(size_t at, size_t count, uint64_t first) {
        for (size_t i = 0; i < count; ++i) words[at + i] = function(first + i);
    }
    LoadedImage image() const { return {"ntdll.so", code, {std::as_bytes(std::span{words})}}; }
};

}  // namespace

RSL_TEST(WineHandlerAbi, ReadsMicrosoftsConvention)
{
    const auto code = bytes({0x90, 0x4C, 0x89, 0xD1, 0x90, 0x41, 0xFF, 0x14, 0xC2, 0xC3});
    const auto abi = find_handler_abi(code);
    RSL_EXPECT(abi && *abi == HandlerAbi::kMicrosoft);
}

RSL_TEST(WineHandlerAbi, ReadsSystemVConvention)
{
    const auto code = bytes({0x4C, 0x89, 0xD7, 0x4C, 0x89, 0xDE, 0x41, 0xFF, 0x14, 0xC2});
    const auto abi = find_handler_abi(code);
    RSL_EXPECT(abi && *abi == HandlerAbi::kSystemV);
}

RSL_TEST(WineHandlerAbi, RefusesTwoConventions)
{
    auto code = bytes({0x4C, 0x89, 0xD7, 0x41, 0xFF, 0x14, 0xC2});
    code.insert(code.end(), 60, std::byte{0x90});
    const auto other = bytes({0x4C, 0x89, 0xD1, 0x41, 0xFF, 0x14, 0xC2});
    code.insert(code.end(), other.begin(), other.end());
    RSL_EXPECT(!find_handler_abi(code));
}

RSL_TEST(WineHandlerAbi, RefusesCodeWithoutADispatcher)
{
    RSL_EXPECT(!find_handler_abi(bytes({0x41, 0xFF, 0x14, 0xC2})));
    RSL_EXPECT(!find_handler_abi({}));
}

RSL_TEST(WineTable, FindsSlotsByValue)
{
    FakeImage fake;
    fake.put_run(10, 150, 0);
    const auto slots = find_slots(find_pointer_runs(fake.image()),
                                  {{"NtA", fake.function(3)}, {"NtB", fake.function(149)}});
    RSL_EXPECT(slots && slots->size() == 2);
    if (!slots) return;
    RSL_EXPECT_EQ((*slots)[0], &fake.words[13]);
    RSL_EXPECT_EQ((*slots)[1], &fake.words[159]);
}

RSL_TEST(WineTable, IgnoresShortRuns)
{
    FakeImage fake;
    fake.put_run(0, 100, 0);
    RSL_EXPECT(find_pointer_runs(fake.image()).empty());
}

RSL_TEST(WineTable, SaysWhichFunctionIsMissing)
{
    FakeImage fake;
    fake.put_run(0, 150, 0);
    const auto slots = find_slots(find_pointer_runs(fake.image()),
                                  {{"NtA", fake.function(1)}, {"NtMissing", fake.function(2000)}});
    RSL_EXPECT(!slots && slots.failure().text().find("NtMissing") != std::string::npos);
}

RSL_TEST(WineTable, RefusesTwoCandidates)
{
    FakeImage fake;
    fake.put_run(0, 150, 0);
    fake.put_run(200, 150, 0);
    RSL_EXPECT(!find_slots(find_pointer_runs(fake.image()), {{"NtA", fake.function(1)}}));
}

RSL_TEST(WineTable, RefusesAFunctionThatIsThereTwice)
{
    FakeImage fake;
    fake.put_run(0, 150, 0);
    fake.words[20] = fake.function(5);
    RSL_EXPECT(!find_slots(find_pointer_runs(fake.image()), {{"NtA", fake.function(5)}}));
}
