// SPDX-License-Identifier: GPL-2.0-only
#include "base/archive/cpio.hpp"

#include "base/testing/test.hpp"

namespace rsl {
namespace {

// Writes archives as `cpio -H newc` would, into a fixed buffer.
class ArchiveWriter {
  public:
    void add(std::string_view name, std::string_view data) {
        put("070701");
        for (int field = 0; field < 13; ++field) {
            put_hex(field == 6 ? data.size() : field == 11 ? name.size() + 1 : 0);
        }
        put(name);
        put(std::string_view("\0", 1));
        pad();
        put(data);
        pad();
    }
    void finish() { add("TRAILER!!!", ""); }
    std::span<const std::byte> bytes() const { return {reinterpret_cast<const std::byte*>(buffer_), used_}; }
    char& at(size_t index) { return buffer_[index]; }

  private:
    void put(std::string_view text) {
        for (const char c : text) buffer_[used_++] = c;
    }
    void put_hex(uint64_t value) {
        for (int shift = 28; shift >= 0; shift -= 4) buffer_[used_++] = "0123456789ABCDEF"[(value >> shift) & 15];
    }
    void pad() {
        while (used_ % 4 != 0) buffer_[used_++] = '\0';
    }
    char buffer_[1024] = {};
    size_t used_ = 0;
};

std::string_view text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

RSL_TEST(CpioArchive, FindsEachEntryWithItsData) {
    ArchiveWriter writer;
    writer.add("ntoskrnl.exe", "kernel!");
    writer.add("hal.dll", "");
    writer.add("rslserver.sys", "server");
    writer.finish();
    const CpioArchive archive(writer.bytes());
    const auto kernel = archive.find("ntoskrnl.exe");
    const auto server = archive.find("rslserver.sys");
    RSL_REQUIRE(kernel.ok() && server.ok());
    RSL_EXPECT(text_of(*kernel) == "kernel!");
    RSL_EXPECT(text_of(*server) == "server");
    RSL_EXPECT(archive.find("hal.dll").ok());
}

RSL_TEST(CpioArchive, SaysThatANameIsMissing) {
    ArchiveWriter writer;
    writer.add("hal.dll", "x");
    writer.finish();
    RSL_EXPECT_EQ(CpioArchive(writer.bytes()).find("hal").status(), Status::kNoSuchFile);
}

RSL_TEST(CpioArchive, RefusesDataBeyondTheArchive) {
    ArchiveWriter writer;
    writer.add("a", "1234");
    const auto cut = writer.bytes().first(writer.bytes().size() - 1);
    RSL_EXPECT_EQ(CpioArchive(cut).find("a").status(), Status::kInvalidImageFormat);
}

RSL_TEST(CpioArchive, RefusesAnArchiveWithoutTrailer) {
    ArchiveWriter writer;
    writer.add("a", "1234");
    RSL_EXPECT_EQ(CpioArchive(writer.bytes()).find("b").status(), Status::kInvalidImageFormat);
}

RSL_TEST(CpioArchive, RefusesABadMagicOrDigit) {
    ArchiveWriter writer;
    writer.add("a", "1234");
    writer.finish();
    writer.at(60) = 'g';  // inside the file size
    RSL_EXPECT_EQ(CpioArchive(writer.bytes()).find("a").status(), Status::kInvalidImageFormat);
    writer.at(0) = '1';
    RSL_EXPECT_EQ(CpioArchive(writer.bytes()).find("a").status(), Status::kInvalidImageFormat);
}

RSL_TEST(CpioArchive, RefusesANameLongerThanTheArchive) {
    ArchiveWriter writer;
    writer.add("a", "1234");
    writer.at(6 + 11 * 8) = 'F';
    RSL_EXPECT_EQ(CpioArchive(writer.bytes()).find("a").status(), Status::kInvalidImageFormat);
}

}  // namespace
}  // namespace rsl
