// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/own_memory.hpp"

#include <sys/mman.h>

#include <cstring>
#include <vector>

#include "base/testing/test.hpp"

namespace rsl::client {
namespace {

/// Four pages: two to write, one to read, one that is not there.
class Pages {
  public:
    Pages()
        : at_(static_cast<std::byte*>(::mmap(nullptr, 4 * kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
        std::memset(at_, 7, 3 * kPageBytes);
        ::mprotect(at_ + 2 * kPageBytes, kPageBytes, PROT_READ);
        ::mprotect(at_ + 3 * kPageBytes, kPageBytes, PROT_NONE);
    }
    ~Pages() { ::munmap(at_, 4 * kPageBytes); }
    uint64_t address(size_t page) const { return reinterpret_cast<uint64_t>(at_ + page * kPageBytes); }
    std::byte* at(size_t page) const { return at_ + page * kPageBytes; }

  private:
    std::byte* at_;
};

RSL_TEST(OwnMemory, ReadsUpToThePageThatIsNotThere) {
    const Pages pages;
    std::vector<std::byte> copy(4 * kPageBytes);
    RSL_EXPECT_EQ(read_own_pages(pages.address(0), 4, copy.data()), size_t{3});
    RSL_EXPECT(std::memcmp(copy.data(), pages.at(0), 3 * kPageBytes) == 0);
    RSL_EXPECT_EQ(read_own_pages(pages.address(3), 1, copy.data()), size_t{0});
    RSL_EXPECT_EQ(read_own_pages(0x1000, 1, copy.data()), size_t{0});
}

RSL_TEST(OwnMemory, ReadsMoreThanTheKernelTakesAtOnce) {
    constexpr size_t kMany = 200;
    std::vector<std::byte> memory((kMany + 1) * kPageBytes, std::byte{3}), copy(kMany * kPageBytes);
    const uint64_t start = (reinterpret_cast<uint64_t>(memory.data()) + kPageBytes - 1) / kPageBytes * kPageBytes;
    RSL_EXPECT_EQ(read_own_pages(start, kMany, copy.data()), kMany);
    RSL_EXPECT(copy.back() == std::byte{3});
}

RSL_TEST(OwnMemory, KnowsWhereItCouldWriteAndWritesNothing) {
    const Pages pages;
    RSL_EXPECT(is_own_page_writable(pages.address(0)));
    RSL_EXPECT(!is_own_page_writable(pages.address(2)));
    RSL_EXPECT(!is_own_page_writable(pages.address(3)));
    RSL_EXPECT(!is_own_page_writable(0x1000));
    std::memset(pages.at(1), 0xFF, 8);  // a negative word
    RSL_EXPECT(is_own_page_writable(pages.address(1)));
    RSL_EXPECT(*pages.at(0) == std::byte{7} && *pages.at(1) == std::byte{0xFF});
}

RSL_TEST(OwnMemory, KnowsWhatRangesAreGoodFor) {
    const Pages pages;
    RSL_EXPECT(can_use_own_pages(pages.address(0), 2 * kPageBytes, Use::kWrite));
    RSL_EXPECT(can_use_own_pages(pages.address(0), 3 * kPageBytes, Use::kRead));
    RSL_EXPECT(!can_use_own_pages(pages.address(0), 3 * kPageBytes, Use::kWrite));
    RSL_EXPECT(!can_use_own_pages(pages.address(2), 2 * kPageBytes, Use::kRead));
    RSL_EXPECT(!can_use_own_pages(0x1000, kPageBytes, Use::kRead));
    static const char constant[8192] = "read-only data of this program's file";
    const uint64_t page = (reinterpret_cast<uint64_t>(constant) + kPageBytes - 1) / kPageBytes * kPageBytes;
    RSL_EXPECT(can_use_own_pages(page, kPageBytes, Use::kRead));
    RSL_EXPECT(!can_use_own_pages(page, kPageBytes, Use::kWrite));
    RSL_EXPECT(!can_use_own_pages(page, kPageBytes, Use::kRead, Touch::kNo));  // a file's
}

RSL_TEST(OwnMemory, WritesAllRunsButTheBadOnes) {
    const Pages pages;
    const std::byte value[3] = {std::byte{1}, std::byte{2}, std::byte{3}};
    std::vector<OwnBytes> runs = {{pages.address(2), value}, {pages.address(0), value}, {0x1000, value},
                                  {pages.address(3), value}, {pages.address(1) - 1, value}};
    for (uint64_t i = 0; i < 100; ++i) runs.push_back({pages.address(1) + 16 + i * 8, value});
    write_own_bytes(runs);
    RSL_EXPECT(std::memcmp(pages.at(0), value, 3) == 0 && std::memcmp(pages.at(1) - 1, value, 3) == 0);
    RSL_EXPECT(*pages.at(2) == std::byte{7});
    for (size_t i = 0; i < 100; ++i) RSL_EXPECT(std::memcmp(pages.at(1) + 16 + i * 8, value, 3) == 0);
}

}  // namespace
}  // namespace rsl::client
